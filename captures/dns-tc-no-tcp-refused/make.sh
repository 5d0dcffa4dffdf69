#!/bin/sh
# As dns-tc-no-tcp, but the resolver refuses TCP/53. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "$(many farm)"
named_on $d1
web
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in tcp dport 53 reject with tcp reset'
capture
try_client curl http://www.contoso.example/
try_client curl http://farm.contoso.example/
sleep 1
finish
