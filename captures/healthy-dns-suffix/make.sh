#!/bin/sh
# The healthy twin of dns-nxdomain: a short name that a list of suffixes completes, of which the
# first two give NXDOMAIN. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" 'search contoso.example corp.contoso.example sales.contoso.example'
zone contoso.example "intranet.sales A $s4"
named_on $d1
web
capture
for _ in 1 2; do
    try_client curl http://intranet/
    sleep 3
done
finish
