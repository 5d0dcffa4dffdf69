#!/bin/sh
# As tls-sni-nginx, but the client sends no name at all. openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_one_name
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -noservername -tls1_2
    sleep 1
done
finish
