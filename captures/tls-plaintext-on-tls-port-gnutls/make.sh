#!/bin/sh
# Plain HTTP to the TLS port: gnutls-serv answers with an alert. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 gnutls-serv --http -q -p 443 --x509certfile="$tmp/mail.chain" --x509keyfile="$tmp/mail.key" -a
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example:443/
    sleep 1
done
finish
