#!/bin/sh
# The same gateway, inside, after the repair: the name is found; POST, 401 (its page goes on in a second
# segment while the gateway still sends its 13 bytes), POST with credentials on the same connection,
# 100, 200. bin/gateway.py, BIND; the mail server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../story1.sh"
story1
gateway_with_inside
dns_with_mail
mail_server
capture "$router:rs"
for _ in 1 2; do
    phone
    sleep 1
done
finish
