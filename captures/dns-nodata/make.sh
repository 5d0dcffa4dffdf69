#!/bin/sh
# The name exists, but has no address of the family that the client wants: it uses IPv6 only, the
# name has an A record only. wget -6, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "mail A $s4"
named_on $d1
capture
for _ in 1 2; do
    try_client wget -6 -O - http://mail.contoso.example/
    sleep 3
done
finish
