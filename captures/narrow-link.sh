# shellcheck shell=sh disable=SC2154
# Common to the cases about path MTU: the link behind the router takes 1400 bytes at most, which the
# certificate chain of the server exceeds.

narrow_link() {
    network
    three_tiers
    nginx_tls leaf.chain TLSv1.2
    ip -n "$router" link set rc mtu 1400
}

# The router's message that says so (ICMP 3/4) is dropped, as an overcautious firewall would.
drop_too_big() {
    on_router nft 'add table inet f; add chain inet f out { type filter hook output priority 0; };
    add rule inet f out icmp type destination-unreachable drop'
}

narrow_visit() { try_client curl --max-time 40 --cacert "$tmp/root.crt" https://mail.contoso.example/; }
