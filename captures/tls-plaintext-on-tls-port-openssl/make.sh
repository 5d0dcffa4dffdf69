#!/bin/sh
# Plain HTTP to the TLS port: openssl s_server closes without a word. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -www
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example:443/
    sleep 1
done
finish
