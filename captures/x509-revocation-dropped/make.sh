#!/bin/sh
# As x509-revocation, but a firewall (nft on the router) drops what is for the server of the list:
# the client waits for 15 seconds, then it hangs up.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../revocation.sh"
revocation
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go ip daddr 198.51.100.21 tcp dport 80 drop'
capture
for _ in 1 2; do
    fetching_client
    sleep 2
done
finish
