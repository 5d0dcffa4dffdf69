#!/bin/sh
# TLS 1.3: the client accepts ECDSA signatures only, the server's key is RSA: 40.
# openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -sigalgs ECDSA+SHA256:ECDSA+SHA384
    sleep 1
done
finish
