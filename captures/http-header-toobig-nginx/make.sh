#!/bin/sh
# A token of 12 kB in Authorization is more than nginx takes in a header line (8 kB): 400. A small one
# gets through. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
nginx_with 80 "
    server {
        listen 80;
        root $tmp/html;
    }"
printf 'header = "Authorization: Bearer %s"\n' "$(openssl rand -base64 9000 | tr -d '\n')" >"$tmp/big"
printf 'header = "Authorization: Bearer %s"\n' "$(openssl rand -base64 90 | tr -d '\n')" >"$tmp/small"
capture
try_client curl --interface $c4b -K "$tmp/small" http://mail.contoso.example/
for _ in 1 2; do
    try_client curl -K "$tmp/big" http://mail.contoso.example/
    sleep 2
done
finish
