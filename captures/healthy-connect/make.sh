#!/bin/sh
# A tunnel through the proxy, within it TLS and a page. curl, squid, nginx. Taken on the proxy, on both sides.
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
capture "$router:rc" "$router:rs"
try_client curl -x http://192.0.2.1:3128 --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
