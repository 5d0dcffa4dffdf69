#!/bin/sh
# A gateway opens a connection of its own for every request: message 3 of NTLM comes on another
# connection than message 1, the server does not know the challenge any more. curl, nginx as the
# gateway; the server is bin/ntlm.py. Taken on the gateway, on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/ntlm.py" 80
at=$router
nginx_with 80 "
    server {
        listen 192.0.2.1:80;
        location / { proxy_pass http://$s4; }
    }"
at=
capture "$router:rc" "$router:rs"
for _ in 1 2; do
    try_client curl --ntlm -u 'CONTOSO\alice:secret' --resolve mail.contoso.example:80:192.0.2.1 http://mail.contoso.example/
    sleep 2
done
finish
