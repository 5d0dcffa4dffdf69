#!/bin/sh
# TLS 1.2: the certificate expired two days ago; gnutls-cli says 42. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example" "$(date -u -d '400 days ago' +%Y%m%d%H%M%SZ)" "$(date -u -d '2 days ago' +%Y%m%d%H%M%SZ)"
nginx_tls leaf.crt TLSv1.2
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" -p 443 mail.contoso.example
    sleep 1
done
finish
