#!/bin/sh
# TLS 1.3: the server asks for a client certificate but does not insist; the client has none.
# curl, nginx (ssl_verify_client optional).
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.3;
        ssl_client_certificate $tmp/denver.crt; ssl_verify_client optional;
        root $tmp/html;
    }"
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
