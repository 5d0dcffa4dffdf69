#!/bin/sh
# TLS 1.2: a Java server that ends the connection with an RST on seeing the client's
# certificate, without an alert. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext"
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" protocol=TLSv1.2 client=reset
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/person.pem" https://mail.contoso.example/
    sleep 1
done
finish
