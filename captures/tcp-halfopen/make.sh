#!/bin/sh
# What the client sends after its SYN is lost on the way (nft on the router): the server repeats its
# SYN-ACK. Taken at the server. Another client fetches a page before and after. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 443 "
    server {
        listen 443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        root $tmp/html;
    }"
on_router nft "add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go ip saddr $c4 tcp dport 443 tcp flags & syn == 0 drop"
capture server
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
try_client curl --interface $c4 --max-time 40 --cacert "$tmp/denver.crt" https://mail.contoso.example/
sleep 5
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
