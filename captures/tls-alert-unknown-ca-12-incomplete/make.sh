#!/bin/sh
# TLS 1.2: root, intermediate, leaf; the server sends the leaf alone; curl knows the root. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
ca root '/O=Contoso/CN=Contoso Root'
issue root issuing '/O=Contoso/CN=Contoso Issuing 1' "$ca_ext"
issue issuing leaf '/CN=mail.contoso.example' "$server_ext
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
    try_client curl --cacert "$tmp/root.crt" https://mail.contoso.example/
    sleep 1
done
finish
