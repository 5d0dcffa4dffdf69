#!/bin/sh
# TLS 1.3: the server requires a client certificate, the client has none. Java server, curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" protocol=TLSv1.3
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
