#!/bin/sh
# TLS 1.2: wget (GnuTLS) trusts the authority, but the certificate is for another
# name.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver other '/CN=other.example' "$server_ext
subjectAltName = DNS:other.example"
nginx_tls other.chain TLSv1.2
capture
for _ in 1 2; do
    try_client wget -O /dev/null --tries=1 --ca-certificate="$tmp/denver.crt" https://mail.contoso.example/
    sleep 2
done
finish
