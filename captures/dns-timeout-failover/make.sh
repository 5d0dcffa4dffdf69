#!/bin/sh
# The first resolver is deaf (a firewall before it drops UDP/53), the second answers: five seconds are
# lost each time. curl, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" "nameserver $d2"
zone contoso.example
named_on $d2
web
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in ip daddr 198.51.100.53 udp dport 53 drop'
capture
for _ in 1 2 3; do
    try_client curl http://www.contoso.example/
    sleep 1
done
finish
