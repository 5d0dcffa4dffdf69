#!/bin/sh
# A name with an IPv6 and an IPv4 address; IPv6 is refused, IPv4 works. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 443 "
    server {
        listen 443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        root $tmp/html;
    }"
capture
try_client curl --cacert "$tmp/denver.crt" https://both.contoso.example/
finish
