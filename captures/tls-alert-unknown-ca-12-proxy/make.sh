#!/bin/sh
# TLS 1.2 through the tunnel of a proxy: the client does not know the authority of the server behind
# it and says 48. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
mail_behind_squid
capture
for _ in 1 2; do
    try_client curl -x http://192.0.2.1:3128 https://mail.contoso.example/
    sleep 1
done
finish
