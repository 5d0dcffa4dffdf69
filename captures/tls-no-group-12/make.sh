#!/bin/sh
# TLS 1.2: the server does secp521r1 only, the client X25519 only; it
# drops its ECDHE suites in silence and has none left: 40. openssl s_server, s_client. Another client, curl, gets on.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -groups P-521 -cipher ECDHE -www
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -groups X25519
    sleep 1
done
finish
