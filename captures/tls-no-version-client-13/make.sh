#!/bin/sh
# A client of TLS 1.3 only, a server of TLS 1.2 at most: 70. openssl s_client, nginx. Another
# client, curl, gets on.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.2
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1_3
    sleep 1
done
finish
