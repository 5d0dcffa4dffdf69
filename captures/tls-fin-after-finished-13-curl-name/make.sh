#!/bin/sh
# TLS 1.3: curl (OpenSSL) trusts the authority, but the certificate is for another
# name. curl compares names after the handshake: close_notify and FIN, no fatal alert.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver other '/CN=other.example' "$server_ext
subjectAltName = DNS:other.example"
nginx_tls other.chain TLSv1.3
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 2
done
finish
