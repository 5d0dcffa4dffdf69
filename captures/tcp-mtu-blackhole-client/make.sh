#!/bin/sh
# As tcp-mtu-blackhole, taken at the client: the large segments never come, the small one after them does.
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
capture
try_client curl --max-time 40 --cacert "$tmp/root.crt" https://mail.contoso.example/
finish
