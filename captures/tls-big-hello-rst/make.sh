#!/bin/sh
# A ClientHello of two segments (a key share of FFDHE8192, a long name) is reset by a device that cannot take
# full-size packets of TLS (nft on the router); smaller ones of the same client get on. gnutls-cli, curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain 'TLSv1.2 TLSv1.3'
on_router nft 'add table inet f; add chain inet f go { type filter hook forward priority 0; };
    add rule inet f go tcp dport 443 ip length > 1400 reject with tcp reset'
long=$(printf 'a-very-long-name-of-a-host-%s.' one two three four five)$(printf 'contoso.example')
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
sleep 1
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/denver.crt" --priority=NORMAL:-GROUP-ALL:+GROUP-FFDHE8192:+GROUP-SECP256R1 \
        --sni-hostname="$long" --verify-hostname=mail.contoso.example -p 443 mail.contoso.example
    sleep 1
done
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
