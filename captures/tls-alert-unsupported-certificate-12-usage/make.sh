#!/bin/sh
# TLS 1.2: the server shows a certificate for clients (extended key usage clientAuth);
# curl (OpenSSL) says 43. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$client_ext
subjectAltName = DNS:mail.contoso.example"
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/leaf.crt;
        ssl_certificate_key $tmp/leaf.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
