#!/bin/sh
# TLS 1.2: the server shows a certificate for clients (extended key usage clientAuth);
# curl (OpenSSL) says 43. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$client_ext
subjectAltName = DNS:mail.contoso.example"
nginx_tls leaf.crt TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
