#!/bin/sh
# The client offers acme-tls/1 only by ALPN, the server speaks http/1.1 and h2: 120. In TLS 1.2
# and in TLS 1.3. openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 443 "
    server {
        listen 443 ssl http2;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2 TLSv1.3;
        root $tmp/html;
    }"
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -alpn acme-tls/1 -tls1_2
try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -alpn acme-tls/1 -tls1_3
finish
