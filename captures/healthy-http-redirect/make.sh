#!/bin/sh
# The healthy twin of http-redirect-loop: to the sign-in page, back with a cookie, and the page. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
nginx_with 80 "
    server {
        listen 80;
        server_name www.contoso.example;
        location / {
            if (\$cookie_session = '') { return 302 http://smtp.contoso.example/adfs/ls/?wtrealm=urn:app; }
            root $tmp/html;
        }
        location /signin {
            add_header Set-Cookie session=1;
            return 302 /;
        }
    }
    server {
        listen 80;
        server_name smtp.contoso.example;
        location / { return 302 http://www.contoso.example/signin; }
    }"
capture
try_client curl -L -c "$tmp/jar" http://www.contoso.example/
finish
