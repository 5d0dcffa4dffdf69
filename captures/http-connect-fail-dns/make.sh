#!/bin/sh
# The proxy cannot find the name of the server: its own question gets NXDOMAIN, the client 500. curl,
# squid, BIND. Taken on the proxy, on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
names
zone contoso.example
named_on $d1
squid_with 'http_access allow all'
capture "$router:rc" "$router:rs"
for _ in 1 2; do
    try_client curl -x http://192.0.2.1:3128 https://mial.contoso.example/
    sleep 2
done
finish
