#!/bin/sh
# The healthy twin of http-5xx-auth: the name of the server behind the gateway is known. curl, nginx
# as the gateway and as the server, BIND. Taken on the gateway, on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
gateway_of_alice "mail-internal A $s4"
web
capture "$router:rc" "$router:rs"
for _ in 1 2; do
    try_client curl --anyauth -u alice:secret --resolve mail.contoso.example:80:192.0.2.1 http://mail.contoso.example/
    sleep 1
done
finish
