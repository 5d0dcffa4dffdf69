#!/bin/sh
# The client offers h2 only, the server http/1.1 only: 120. gnutls-cli, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -alpn http/1.1 -www
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" --alpn=h2 -p 443 mail.contoso.example
    sleep 1
done
finish
