#!/bin/sh
# TLS 1.0 over IPv6: Python client, nginx. The client trusts another root, checks
# after the handshake, and ends the connection with an RST, no alert before it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 10 v6
nginx_tls mail.crt TLSv1 'ssl_ciphers AES128-SHA:DES-CBC3-SHA:@SECLEVEL=0;'
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --min TLSv1 --max TLSv1 --ciphers ALL:@SECLEVEL=0 \
    --check "$tmp/public.crt" --leave rst --times 3
finish
