#!/bin/sh
# TLS 1.2: the client's certificate is from an authority that the server does not know. Java
# server, curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca oslo '/O=Other/CN=Oslo CA'
issue oslo stranger '/O=Other/CN=Bob Example' "$client_ext"
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" protocol=TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/stranger.pem" https://mail.contoso.example/
    sleep 1
done
finish
