#!/bin/sh
# The server answers for its own zones only, not for this client's questions about others: REFUSED.
# Its own names work. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example
named_on $d1 'allow-recursion { none; };'
web
capture
try_client curl http://www.contoso.example/
for _ in 1 2; do
    try_client curl http://www.fabrikam.example/
    sleep 3
done
finish
