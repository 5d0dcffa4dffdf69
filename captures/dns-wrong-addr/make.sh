#!/bin/sh
# A name with two addresses, one of which is stale: nothing listens there any more. The client gets on
# with the other one. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "mail A $s4b" "mail A $s4"
named_on $d1 'rrset-order { order none; };'
nginx_with 80 "
    server {
        listen $s4b:80;
        root $tmp/html;
    }"
capture
for _ in 1 2 3 4; do
    try_client curl http://mail.contoso.example/
    sleep 1
done
finish
