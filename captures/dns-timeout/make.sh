#!/bin/sh
# The only resolver is deaf (a firewall before it drops UDP/53): the client asks again and gives up.
# By address the web server is reached, before and after. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
web
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in udp dport 53 drop'
capture
try_client curl http://$s4/
for _ in 1 2; do try_client curl http://www.contoso.example/; done
sleep 2
try_client curl http://$s4/
finish
