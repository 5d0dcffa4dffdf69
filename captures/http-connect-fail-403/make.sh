#!/bin/sh
# The proxy's policy forbids the tunnel: 403. Twice; another tunnel is allowed. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
denver
names
zone contoso.example "mail A $s4" "games A $s4"
named_on $d1
nginx_tls mail.chain TLSv1.2
squid_with 'acl games dstdomain games.contoso.example
http_access deny games
http_access allow all'
capture
try_client curl -x http://192.0.2.1:3128 --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client curl -x http://192.0.2.1:3128 --cacert "$tmp/denver.crt" https://games.contoso.example/
    sleep 2
done
finish
