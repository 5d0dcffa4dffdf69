#!/bin/sh
# TLS 1.2: a client with ECDSA suites only, a server with an RSA certificate: 40; no other connection tells
# what the server would take. openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.2
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1_2 -cipher ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-ECDSA-AES128-GCM-SHA256
    sleep 1
done
finish
