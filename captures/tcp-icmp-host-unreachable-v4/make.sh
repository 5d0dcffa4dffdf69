#!/bin/sh
# A firewall on the way (nft on the router) refuses with ICMP 3/1. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
network
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go tcp dport 443 reject with icmp type host-unreachable'
capture
try_client curl --connect-timeout 10 https://mail.contoso.example/
sleep 1
try_client curl --connect-timeout 10 https://mail.contoso.example/
finish
