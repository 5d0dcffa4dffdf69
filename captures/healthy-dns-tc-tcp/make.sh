#!/bin/sh
# The healthy twin of dns-tc-no-tcp: the rest of the truncated answer comes over TCP. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "$(many farm)"
named_on $d1
web
capture
try_client curl http://farm.contoso.example/
sleep 1
finish
