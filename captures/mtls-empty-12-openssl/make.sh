#!/bin/sh
# TLS 1.2: the server requires a client certificate, the client has none: 40 in clear. curl,
# openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_2 -Verify 1 -verify_return_error -www
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
