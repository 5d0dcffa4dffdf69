#!/bin/sh
# The first attempt, TLS 1.2, is reset by a firewall (nft on the router); the client tries TLS 1.1 and
# says that this is a fallback; the server could do better and refuses: 86. openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain 'TLSv1.1 TLSv1.2 TLSv1.3' 'ssl_ciphers ALL:@SECLEVEL=0;'
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go tcp dport 443 ip length > 100 reject with tcp reset'
capture
try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1_2
on_router nft flush ruleset
sleep 0.5
try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -tls1_1 -fallback_scsv -cipher ALL:@SECLEVEL=0
finish
