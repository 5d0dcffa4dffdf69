#!/bin/sh
# An application sends the browser to the sign-in page, that one sends it back as signed in, and so on:
# the session cookie of one does not reach the other. curl, nginx for both.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
nginx_with 80 "
    server {
        listen 80;
        server_name www.contoso.example;
        location / { return 302 http://smtp.contoso.example/adfs/ls/?wtrealm=urn:app; }
    }
    server {
        listen 80;
        server_name smtp.contoso.example;
        location / { return 302 http://www.contoso.example/signin; }
    }"
capture
try_client curl -L --max-redirs 11 http://www.contoso.example/
finish
