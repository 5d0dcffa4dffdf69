#!/bin/sh
# The healthy twin of tls-fin-after-finished-12-*: the same private authority, which this
# client trusts; request, answer, orderly end. Python client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 12 v4
nginx_tls mail.chain TLSv1.2
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --min TLSv1_2 --max TLSv1_2 \
    --check "$tmp/denver.crt" --send / --times 2
finish
