#!/bin/sh
# As healthy-connect, taken at the client: the TLS in the tunnel is all there is of the server. TLS 1.2. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
mail_behind_squid
capture
try_client curl -x http://192.0.2.1:3128 --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
