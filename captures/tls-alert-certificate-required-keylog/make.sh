#!/bin/sh
# As tls13-server-reject-openssl-missing, with the secrets in the capture: 116 is readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_3 -Verify 1 -verify_return_error -www
capture
try_client env SSLKEYLOGFILE="$tmp/keys" curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish "$tmp/keys"
