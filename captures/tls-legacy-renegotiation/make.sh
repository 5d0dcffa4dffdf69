#!/bin/sh
# TLS 1.2: the server does not know secure renegotiation (RFC 5746), OpenSSL 3 refuses it: 40 from the client.
# curl, gnutls-serv.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 gnutls-serv --http -q -p 443 --x509certfile="$tmp/mail.chain" --x509keyfile="$tmp/mail.key" -a \
    --priority=NORMAL:-VERS-TLS1.3:%DISABLE_SAFE_RENEGOTIATION
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
