#!/bin/sh
# The healthy twin of tls-alert-unknown-ca-12-incomplete: leaf and intermediate are sent.
set -eu
. "$(dirname "$0")/../lib.sh"
network
three_tiers
nginx_tls leaf.chain TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/root.crt" https://mail.contoso.example/
    sleep 1
done
finish
