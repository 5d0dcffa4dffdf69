#!/bin/sh
# The proxy wants credentials and refuses those that the client has, three times. curl, squid.
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
for password in summer Summer summer24; do
    try_client curl -x http://192.0.2.1:3128 --proxy-anyauth -U "alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
