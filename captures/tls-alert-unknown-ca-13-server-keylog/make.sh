#!/bin/sh
# As tls13-server-reject-openssl-untrusted, with the secrets in the capture: 48 is readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca oslo '/O=Other/CN=Oslo CA'
issue oslo stranger '/O=Other/CN=Bob Example' "$client_ext"
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_3 -Verify 1 -verify_return_error -www
capture
try_client env SSLKEYLOGFILE="$tmp/keys" curl --cacert "$tmp/denver.crt" --cert "$tmp/stranger.pem" https://mail.contoso.example/
finish "$tmp/keys"
