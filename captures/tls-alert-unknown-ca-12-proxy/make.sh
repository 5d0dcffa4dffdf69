#!/bin/sh
# TLS 1.2 through the tunnel of a proxy: the client does not know the authority of the server behind
# it and says 48. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
denver
names
zone contoso.example "mail A $s4"
named_on $d1
nginx_with 443 "
    server {
        listen 443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
squid_with 'http_access allow all'
capture
for _ in 1 2; do
    try_client curl -x http://192.0.2.1:3128 https://mail.contoso.example/
    sleep 1
done
finish
