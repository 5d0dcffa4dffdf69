#!/bin/sh
# TLS 1.2: a certificate for another name; openssl s_client checks names within the
# handshake and says 42. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver other '/CN=other.example' "$server_ext
subjectAltName = DNS:other.example"
nginx_tls other.crt TLSv1.2
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt" -verify_hostname mail.contoso.example -verify_return_error
    sleep 1
done
finish
