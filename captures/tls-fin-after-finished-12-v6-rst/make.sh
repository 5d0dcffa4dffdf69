#!/bin/sh
# TLS 1.2 over IPv6: Java client, nginx. The client trusts another root, checks
# after the handshake, and ends the connection with an RST, no alert before it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 12 v6
nginx_tls mail.crt TLSv1.2
capture
try_client java "$bin/Client.java" "$host" 443 protocol=TLSv1.2 name="$name" \
    after="$tmp/public.crt" leave=rst times=3 every=4000
finish
