#!/bin/sh
# The whole story of phone, gateway and mail server in one capture with both sides of the gateway: the
# phone leaves right after the handshake (story1-outside); a minute later it has the root, but the
# gateway cannot find the mail server's name (story1-inside-broken); a minute later it can, and all is
# well (story1-inside-repaired). Java client and curl as the phone; NSS server and bin/gateway.py as
# the gateway; BIND; the mail server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../story1.sh"
story1
gateway_of_then
dns_without_mail
mail_server
capture "$router:rc" "$router:rs"
phone_without_root 2
sleep 60
gateway_with_inside
for _ in 1 2; do
    phone
    sleep 3
done
dns_with_mail
sleep 60
phone
finish
