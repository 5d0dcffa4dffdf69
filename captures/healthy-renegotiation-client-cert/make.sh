#!/bin/sh
# TLS 1.2: at the first request the server asks for a client certificate by renegotiation, the client has
# one. curl, Java server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext"
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" need="$tmp/denver.crt" later=yes protocol=TLSv1.2
capture
try_client curl --cacert "$tmp/denver.crt" --cert "$tmp/person.pem" https://mail.contoso.example/
finish
