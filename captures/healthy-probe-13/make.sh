#!/bin/sh
# TLS 1.3: among healthy connections of the same client one that only connects and leaves
# (openssl s_client </dev/null). curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
sleep 1
try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt"
sleep 1
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
