#!/bin/sh
# TLS 1.2: a Java client whose own check of the certificate ends the connection with an RST
# in mid-handshake, without an alert. nginx.
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
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.2 name=mail.contoso.example hangup=rst leave=close times=2
finish
