#!/bin/sh
# TLS to a plain HTTP port: nginx answers the ClientHello with 400. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
network
nginx_with 80 "server { listen 80; root $tmp/html; }"
capture
for _ in 1 2; do
    try_client curl https://mail.contoso.example:80/
    sleep 1
done
finish
