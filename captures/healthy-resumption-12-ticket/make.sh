#!/bin/sh
# TLS 1.2: the second connection resumes by session ticket. openssl s_client, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.2
printf "GET / HTTP/1.0\\r\\n\\r\\n" >"$tmp/request"
ask() { timeout 20 ip netns exec "$client" openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt" \
    -ign_eof "$@" <"$tmp/request" >>"$tmp/try.log" 2>&1 || true; }
capture
ask -sess_out "$tmp/session"
sleep 1
ask -sess_in "$tmp/session"
finish
