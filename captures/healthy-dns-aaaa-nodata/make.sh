#!/bin/sh
# The healthy twin of dns-nodata: a client of both families asks for A and AAAA; there is an A record
# only, which is enough. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "mail A $s4"
named_on $d1
web
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example/
    sleep 1
done
finish
