#!/bin/sh
# As tls-fin-after-finished-12-v4-fin, but a single try and nothing else.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 12 v4
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -www
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --max TLSv1_2 --check "$tmp/public.crt"
finish
