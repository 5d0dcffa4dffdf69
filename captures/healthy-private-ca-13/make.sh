#!/bin/sh
# The healthy twin of tls-fin-after-finished-13-*: the same private authority, which this
# client trusts; request, answer, orderly end. Python client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 13 v4
nginx_tls mail.chain TLSv1.3
capture
try_client python3 "$bin/client.py" "$host" 443 --sni "$name" --min TLSv1_3 --max TLSv1_3 \
    --check "$tmp/denver.crt" --send / --times 2
finish
