#!/bin/sh
# A stateful firewall (nft with connection tracking on the router) forgets connections that were idle for a
# minute; the next request on such a one is reset. Twice. Python client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
nginx_with 80 "keepalive_timeout 600; server { listen 80; root $tmp/html; }"
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go ct state established accept;
    add rule inet f go ct state new tcp flags & (syn | ack) == syn accept;
    add rule inet f go reject with tcp reset'
on_router sysctl -qw net.netfilter.nf_conntrack_tcp_timeout_established=60 net.netfilter.nf_conntrack_tcp_loose=0
capture
cat >"$tmp/twice.py" <<'PY'
import http.client, sys, time
for _ in range(2):
    web = http.client.HTTPConnection(sys.argv[1], timeout=20)
    try:
        for pause in (0, 65):
            time.sleep(pause)
            web.request("GET", "/")
            web.getresponse().read()
    except OSError as error:
        print(error)
    web.close()
PY
try timeout 200 ip netns exec "$client" python3 "$tmp/twice.py" $s4
finish
