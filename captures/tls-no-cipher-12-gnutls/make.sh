#!/bin/sh
# TLS 1.2: a client that offers static RSA suites only (no forward secrecy), a server that
# wants ECDHE. gnutls-cli, gnutls-serv. Another client, curl, gets on.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 gnutls-serv --http -q -p 443 --x509certfile="$tmp/mail.chain" --x509keyfile="$tmp/mail.key" -a \
    --priority=NORMAL:-RSA:-VERS-ALL:+VERS-TLS1.2
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" --priority=NORMAL:-KX-ALL:+RSA:-VERS-ALL:+VERS-TLS1.2 -p 443 mail.contoso.example
    sleep 1
done
finish
