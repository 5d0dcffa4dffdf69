#!/bin/sh
# The server that the resolver forwards to does not answer: SERVFAIL, without a reason. Names of the
# resolver's own work. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example
named_on $d1 'forward only; forwarders { 203.0.113.53; }; resolver-query-timeout 3000;'
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go ip daddr 203.0.113.53 drop'
web
capture
try_client curl http://www.contoso.example/
try_client curl http://www.fabrikam.example/
finish
