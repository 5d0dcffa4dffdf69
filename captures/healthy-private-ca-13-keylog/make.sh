#!/bin/sh
# healthy-private-ca-13 with the secrets in the capture: the certificate and the request are readable.
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
        root $tmp/html;
    }"
capture
try_client env SSLKEYLOGFILE="$tmp/keys" curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish "$tmp/keys"
