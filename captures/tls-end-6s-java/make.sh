#!/bin/sh
# TLS 1.2: at the first request the server asks for a client certificate by renegotiation, as IIS does for
# some directories; the client has none; the server ends. curl, Java server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" later=yes protocol=TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
