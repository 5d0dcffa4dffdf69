#!/bin/sh
# TLS 1.2: the client signs with a key that is not its certificate's: 51 from the server. Java
# client, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver person '/O=Contoso/CN=Ann Example' "$client_ext"
issue denver other '/O=Contoso/CN=Carl Example' "$client_ext"
p12 person
p12 other
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" \
    -tls1_2 -Verify 1 -verify_return_error -www
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.2 name=mail.contoso.example cert="$tmp/person.p12" key="$tmp/other.p12" leave=close times=2
finish
