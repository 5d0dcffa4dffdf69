#!/bin/sh
# TLS 1.2: a Java client does not know the authority and says 46. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.2 name=mail.contoso.example roots="$tmp/public.crt" leave=close times=2
finish
