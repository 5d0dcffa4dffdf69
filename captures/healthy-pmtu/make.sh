#!/bin/sh
# The healthy twin of tcp-mtu-blackhole: the router may say that the packets are too big (ICMP 3/4), the
# server sends smaller ones. Taken at the server. curl, nginx.
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
capture server
try_client curl --max-time 40 --cacert "$tmp/root.crt" https://mail.contoso.example/
finish
