#!/bin/sh
# The healthy twin of tls-alert-unknown-ca-12-incomplete: leaf and intermediate are sent.
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
        ssl_certificate $tmp/leaf.chain;
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
