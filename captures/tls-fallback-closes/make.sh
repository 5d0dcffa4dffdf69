#!/bin/sh
# A server that closes on every hello of more than TLS 1.0 (version intolerance); the client tries
# 1.2, 1.1, 1.0 and gets on with the last. openssl s_client; a stub (bin/stub.py) before openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 8443 openssl s_server -accept 8443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1 -cipher ALL:@SECLEVEL=0 -www
serve 443 python3 "$bin/stub.py" 443 late-tls 127.0.0.1 8443
capture
printf 'GET / HTTP/1.0\r\n\r\n' >"$tmp/request"
for version in tls1_2 tls1_1 tls1; do
    timeout 10 ip netns exec "$client" openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -$version \
        -cipher ALL:@SECLEVEL=0 -ign_eof <"$tmp/request" >>"$tmp/try.log" 2>&1 || true
    sleep 0.3
done
finish
