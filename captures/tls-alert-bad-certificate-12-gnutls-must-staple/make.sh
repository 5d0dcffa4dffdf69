#!/bin/sh
# TLS 1.2: the certificate demands an OCSP answer (must-staple), the server sends none; gnutls-cli refuses. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example
tlsfeature = status_request"
nginx_tls leaf.chain TLSv1.2
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" -p 443 mail.contoso.example
    sleep 1
done
finish
