#!/bin/sh
# The link behind the router takes 1400 bytes at most; the router's message that says so (ICMP 3/4) is
# dropped, as an overcautious firewall would: the ClientHello gets through, the certificate chain does
# not. Taken at the server, whose retransmissions are seen. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
ca root '/O=Contoso/CN=Contoso Root'
issue root issuing '/O=Contoso/CN=Contoso Issuing 1' "$ca_ext"
issue issuing leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example"
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/leaf.chain;
        ssl_certificate_key $tmp/leaf.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
ip -n "$router" link set rc mtu 1400
on_router nft 'add table inet f; add chain inet f out { type filter hook output priority 0; };
    add rule inet f out icmp type destination-unreachable drop'
capture server
try_client curl --max-time 40 --cacert "$tmp/root.crt" https://mail.contoso.example/
finish
