#!/bin/sh
# The healthy twin of http-407: the proxy asks for credentials and gets them, for a page and for a
# tunnel. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
alice secret
denver
names
zone contoso.example "mail A $s4"
named_on $d1
nginx_with 443 "
    server {
        listen 80;
        listen 443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
squid_of_alice
capture
try_client curl -x http://192.0.2.1:3128 --proxy-anyauth -U alice:secret http://mail.contoso.example/
try_client curl -x http://192.0.2.1:3128 --proxy-anyauth -U alice:secret --cacert "$tmp/denver.crt" \
    https://mail.contoso.example/
finish
