#!/bin/sh
# TLS 1.2: the server requires a client certificate, the client has a good one. curl, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext"
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_2 -Verify 1 -verify_return_error -www
capture
try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/person.pem" https://mail.contoso.example/
finish
