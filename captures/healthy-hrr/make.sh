#!/bin/sh
# TLS 1.3 with a HelloRetryRequest: the client guessed X25519, the server wants secp384r1. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.3;
        ssl_ecdh_curve secp384r1;
        root $tmp/html;
    }"
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
