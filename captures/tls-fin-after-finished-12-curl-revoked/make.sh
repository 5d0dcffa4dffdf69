#!/bin/sh
# TLS 1.2: the OCSP answer that the server sends along says revoked; curl --cert-status judges it after the
# handshake. openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example"
openssl ca -config "$tmp/ca-denver/ca.cnf" -cert "$tmp/denver.crt" -keyfile "$tmp/denver.key" -md sha256 -revoke "$tmp/leaf.crt" 2>>"$tmp/openssl.log"
openssl ocsp -index "$tmp/ca-denver/index" -CA "$tmp/denver.crt" -rsigner "$tmp/denver.crt" -rkey "$tmp/denver.key" -ndays 7 \
    -issuer "$tmp/denver.crt" -cert "$tmp/leaf.crt" -respout "$tmp/staple" >>"$tmp/openssl.log" 2>&1
serve 443 openssl s_server -accept 443 -cert "$tmp/leaf.crt" -key "$tmp/leaf.key" -status_file "$tmp/staple" -tls1_2 -www
capture
for _ in 1 2; do
    try_client curl --cert-status --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
