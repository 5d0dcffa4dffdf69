#!/bin/sh
# The healthy twin of x509-revocation: the list is there, the client fetches it and goes on. Python
# client, openssl s_server, BIND, nginx for the list.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../revocation.sh"
revocation
nginx_with 80 "
    server {
        listen $s4b:80;
        root $tmp/html;
    }"
openssl ca -gencrl -config "$tmp/ca-denver/ca.cnf" -md sha256 -crldays 7 -cert "$tmp/denver.crt" \
    -keyfile "$tmp/denver.key" 2>>"$tmp/openssl.log" | openssl crl -outform DER -out "$tmp/html/denver.crl"
capture
for _ in 1 2; do
    fetching_client
    sleep 1
done
finish
