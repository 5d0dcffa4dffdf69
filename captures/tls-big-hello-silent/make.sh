#!/bin/sh
# A ClientHello of two segments (a key share of FFDHE8192, a long name) gets no answer from a server that reads
# once and takes it for the whole (bin/stub.py); smaller ones of the same client get on. gnutls-cli, curl; behind the
# stub openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 8443 openssl s_server -accept 8443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -www
serve 443 python3 "$bin/stub.py" 443 one-read 127.0.0.1 8443
long=$(printf 'a-very-long-name-of-a-host-%s.' one two three four five)$(printf 'contoso.example')
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
sleep 1
try timeout 40 ip netns exec "$client" gnutls-cli --x509cafile="$tmp/denver.crt" --priority=NORMAL:-GROUP-ALL:+GROUP-FFDHE8192:+GROUP-SECP256R1 \
        --sni-hostname="$long" --verify-hostname=mail.contoso.example -p 443 mail.contoso.example
sleep 1
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
