#!/bin/sh
# TLS 1.2: the OCSP answer that the server sends along says revoked; curl --cert-status judges it after the
# handshake. openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
revoked_leaf
serve 443 openssl s_server -accept 443 -cert "$tmp/leaf.crt" -key "$tmp/leaf.key" -status_file "$tmp/staple" -tls1_2 -www
capture
for _ in 1 2; do
    try_client curl --cert-status --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
