#!/bin/sh
# A TCP load balancer whose backend is down: it accepts, fails to connect onwards and closes, before
# the client has sent its ClientHello. curl, socat in the place of the balancer.
set -eu
. "$(dirname "$0")/../lib.sh"
network
serve 443 socat TCP-LISTEN:443,fork,reuseaddr TCP:127.0.0.1:8443
capture
for _ in 1 2; do
    try_client curl -k https://mail.contoso.example/
    sleep 1
done
finish
