#!/bin/sh
# The proxy wants credentials, the client has none: 407, for a page and for a tunnel.
# Without the proxy it reaches the server by address. curl, squid, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
alice secret
names
zone contoso.example "mail A $s4"
named_on $d1
web
squid_of_alice
capture
try_client curl -x http://192.0.2.1:3128 http://mail.contoso.example/
sleep 1
try_client curl -x http://192.0.2.1:3128 https://mail.contoso.example/
sleep 4
try_client curl http://$s4/
finish
