#!/bin/sh
# The same gateway, inside: the phone trusts it now, but it cannot find the name of the mail server
# (NXDOMAIN), and no connection follows. Taken inside; the phone's side is not in it. bin/gateway.py, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../story1.sh"
story1
gateway_with_inside
dns_without_mail
mail_server
capture "$router:rs"
for _ in 1 2; do
    phone
    sleep 3
done
finish
