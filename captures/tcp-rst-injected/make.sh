#!/bin/sh
# A device in between ends connections to a name that it does not like: a RST in the server's name
# with another TTL; then the real answer comes all the same. curl, nginx; the RST
# is built by bin/inject.py on the router. Another name on the same server works.
set -eu
. "$(dirname "$0")/../lib.sh"
key=rsa:4096
denver
network
nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
# The forged reset must be there before the answer: real-time priority, and a key that takes its time.
ip netns exec "$router" chrt --fifo 50 python3 "$bin/inject.py" rc www.contoso.example 115 client >"$tmp/inject.log" &
jobs_started="$jobs_started $!"
until grep -qs ready "$tmp/inject.log"; do sleep 0.1; done
capture
try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://www.contoso.example/
    sleep 1
done
finish
