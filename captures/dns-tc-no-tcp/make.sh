#!/bin/sh
# An answer of forty addresses does not fit into 512 bytes and is truncated; TCP/53 is dropped by a
# firewall (nft on the router). Small answers come through. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "$(many farm)"
named_on $d1
web
on_client sysctl -qw net.ipv4.tcp_syn_retries=3
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go tcp dport 53 drop'
capture
try_client curl http://www.contoso.example/
try_client curl http://farm.contoso.example/
sleep 2
try_client curl http://www.contoso.example/
finish
