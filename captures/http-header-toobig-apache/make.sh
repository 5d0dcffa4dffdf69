#!/bin/sh
# As http-header-toobig-nginx with Apache, which says 400 and why. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
apache_with 80 'Require all granted'
printf 'header = "Authorization: Bearer %s"\n' "$(openssl rand -base64 9000 | tr -d '\n')" >"$tmp/big"
capture
for _ in 1 2; do
    try_client curl -K "$tmp/big" http://mail.contoso.example/
    sleep 2
done
finish
