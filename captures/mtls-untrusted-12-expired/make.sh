#!/bin/sh
# TLS 1.2: the client's certificate has expired: 45 from the server. curl, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext" "$(date -u -d '400 days ago' +%Y%m%d%H%M%SZ)" "$(date -u -d '2 days ago' +%Y%m%d%H%M%SZ)"
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_2 -Verify 1 -verify_return_error -www
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/person.pem" https://mail.contoso.example/
    sleep 1
done
finish
