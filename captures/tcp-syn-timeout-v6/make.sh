#!/bin/sh
# The server's firewall drops the SYN (nft on the server), IPv6; the client tries for 40 s, then
# fetches a page from another server. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
nginx_with 80 "server { listen [::]:80; root $tmp/html; }"
on_server nft 'add table inet f; add chain inet f come { type filter hook input priority 0; };
    add rule inet f come tcp dport 443 drop'
capture
try_client curl --connect-timeout 40 "https://[$s6]/"
try_client curl "http://[$s6b]/"
finish
