#!/bin/sh
# A name with an IPv6 and an IPv4 address; IPv6 is dropped on the way, IPv4 works. curl, nginx. The
# capture goes on for 40 s, with a second visit at the end.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain 'TLSv1.2 TLSv1.3'
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go ip6 daddr 2001:db8:2::20 drop'
capture
try_client curl --cacert "$tmp/denver.crt" https://both.contoso.example/
sleep 40
try_client curl --cacert "$tmp/denver.crt" https://both.contoso.example/
finish
