#!/bin/sh
# TLS 1.2: the certificate is valid from tomorrow on; curl (OpenSSL) says 42. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example" "$(date -u -d '1 day' +%Y%m%d%H%M%SZ)" "$(date -u -d '366 days' +%Y%m%d%H%M%SZ)"
nginx_tls leaf.crt TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
