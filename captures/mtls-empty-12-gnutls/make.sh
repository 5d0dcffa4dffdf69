#!/bin/sh
# TLS 1.2: the server requires a client certificate, the client has none:
# 50 from gnutls-serv, which says so of the empty list. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 gnutls-serv --http -q -p 443 --x509certfile="$tmp/mail.chain" --x509keyfile="$tmp/mail.key" \
    --x509cafile="$tmp/denver.crt" -r --verify-client-cert --priority=NORMAL:-VERS-TLS1.3
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
