#!/bin/sh
# The name in the link is misspelt: NXDOMAIN for A and AAAA, and no connection follows. Twice. The
# right name works before. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "mail A $s4"
named_on $d1
web
capture
try_client curl http://mail.contoso.example/
for _ in 1 2; do
    try_client curl http://mial.contoso.example/
    sleep 3
done
finish
