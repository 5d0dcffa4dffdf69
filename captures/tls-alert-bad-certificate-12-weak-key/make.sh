#!/bin/sh
# TLS 1.2: a certificate with an RSA key of 1024 bits; curl (OpenSSL at its usual security
# level) refuses it. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
key=rsa:1024
denver
network
nginx_tls mail.crt TLSv1.2 'ssl_ciphers DEFAULT:@SECLEVEL=0;'
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
