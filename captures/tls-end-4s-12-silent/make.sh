#!/bin/sh
# TLS 1.2: after the client's certificate the server falls silent (it may be waiting for a
# revocation list); the client gives up after 45 s. Java server, curl. At the end the same
# client fetches a page from another server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext"
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" protocol=TLSv1.2 client=hang
nginx_with 80 "server { listen 80; root $tmp/html; }"
capture
try_client curl --max-time 45 --cacert "$tmp/denver.crt" --cert "$tmp/person.pem" https://mail.contoso.example/
try_client curl http://$s4b/
finish
