#!/bin/sh
# A gateway asks for credentials and gets them, but cannot find the name of the server behind it: 502.
# Its own question for the name got NXDOMAIN. curl, nginx as the gateway, BIND. Taken on the gateway,
# on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
gateway_of_alice
capture "$router:rc" "$router:rs"
for _ in 1 2; do
    try_client curl --anyauth -u alice:secret --resolve mail.contoso.example:80:192.0.2.1 http://mail.contoso.example/
    sleep 2
done
finish
