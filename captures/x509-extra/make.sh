#!/bin/sh
# TLS 1.2: an unrelated authority is sent along; the client copes. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca oslo '/O=Other/CN=Oslo CA'
cat "$tmp/mail.crt" "$tmp/oslo.crt" >"$tmp/extra"
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/extra;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
