#!/bin/sh
# A client of TLS 1.0 meets OpenSSL 3 with TLS 1.0 enabled but its usual security level: 80. openssl s_client,
# nginx.
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
        ssl_protocols TLSv1 TLSv1.1 TLSv1.2;
        root $tmp/html;
    }"
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1 -cipher ALL:@SECLEVEL=0
    sleep 1
done
finish
