#!/bin/sh
# The server warns that it has no site of this name (112 at level 1) and goes on, and so does
# the client. curl, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -www \
    -servername other.example -cert2 "$tmp/mail.crt" -key2 "$tmp/mail.key"
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
