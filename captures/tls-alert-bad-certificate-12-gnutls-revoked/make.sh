#!/bin/sh
# TLS 1.2: the OCSP answer that the server sends along says revoked; gnutls-cli judges it within the handshake.
# It says 42. openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
revoked_leaf
serve 443 openssl s_server -accept 443 -cert "$tmp/leaf.crt" -key "$tmp/leaf.key" -status_file "$tmp/staple" -tls1_2 -www
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" -p 443 mail.contoso.example
    sleep 1
done
finish
