#!/bin/sh
# The server has a certificate for one name and rejects handshakes for any other: 112.
# curl, nginx (ssl_reject_handshake).
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_one_name
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://www.contoso.example/
    sleep 1
done
finish
