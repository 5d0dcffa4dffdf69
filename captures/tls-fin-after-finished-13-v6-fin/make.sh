#!/bin/sh
# TLS 1.3 over IPv6: Python client, nginx with session tickets. The client trusts
# another root, checks after the handshake, and ends the connection with a FIN, no
# alert before it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 13 v6
nginx_tls mail.chain TLSv1.3
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --min TLSv1_3 \
    --check "$tmp/public.crt" --leave fin --times 3
finish
