#!/bin/sh
# TLS 1.3: Python client, openssl s_server without session tickets. The client
# trusts another root, checks after the handshake, and ends the connection with
# an RST, no alert before it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 13 v4
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_3 -num_tickets 0 -www
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --min TLSv1_3 \
    --check "$tmp/public.crt" --leave rst --times 3
finish
