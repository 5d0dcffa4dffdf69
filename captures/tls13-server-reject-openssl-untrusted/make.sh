#!/bin/sh
# TLS 1.3: the client's certificate is from an authority that the server does not know; the alert
# (48) comes encrypted after the handshake. curl, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca oslo '/O=Other/CN=Oslo CA'
issue oslo stranger '/O=Other/CN=Bob Example' "$client_ext"
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_3 -Verify 1 -verify_return_error -www
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/stranger.pem" https://mail.contoso.example/
    sleep 1
done
finish
