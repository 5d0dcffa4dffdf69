#!/bin/sh
# A tunnel through the proxy, within it TLS and a page. curl, squid, nginx. Taken on the proxy, on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
mail_behind_squid
capture "$router:rc" "$router:rs"
try_client curl -x http://192.0.2.1:3128 --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
