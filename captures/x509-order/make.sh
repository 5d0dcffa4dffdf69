#!/bin/sh
# TLS 1.2: the chain is sent as leaf, root, intermediate; the client copes. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
three_tiers
cat "$tmp/leaf.crt" "$tmp/root.crt" "$tmp/issuing.crt" >"$tmp/disorder"
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/disorder;
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
