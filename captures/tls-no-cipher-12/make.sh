#!/bin/sh
# TLS 1.2: a client that offers ECDSA suites only meets a server with an RSA certificate:
# 40. Another client, with RSA suites, gets on. openssl s_client, curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.2
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt" -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256
    sleep 1
done
finish
