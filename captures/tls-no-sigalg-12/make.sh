#!/bin/sh
# TLS 1.2: the client accepts ECDSA signatures only but offers RSA suites; the server's key is
# RSA: 40. openssl s_client, s_server. Another client, curl, gets on.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -www
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -sigalgs ECDSA+SHA256:ECDSA+SHA384
    sleep 1
done
finish
