#!/bin/sh
# TLS 1.2: root, intermediate, leaf; the server sends the leaf alone; curl knows the root. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
three_tiers
nginx_tls leaf.crt TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/root.crt" https://mail.contoso.example/
    sleep 1
done
finish
