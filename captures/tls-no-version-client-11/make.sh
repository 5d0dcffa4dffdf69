#!/bin/sh
# A client of TLS 1.1 at most, a server of TLS 1.2 at least: 70. Another client gets on.
# openssl s_client, curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain 'TLSv1.2 TLSv1.3'
capture
try_client curl --interface $c4b --tls-max 1.2 --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1_1 -cipher ALL:@SECLEVEL=0
    sleep 1
done
finish
