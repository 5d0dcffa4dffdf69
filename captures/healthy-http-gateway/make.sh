#!/bin/sh
# The healthy twin of http-5xx-auth: the name of the server behind the gateway is known. curl, nginx
# as the gateway and as the server, BIND. Taken on the gateway, on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
alice secret
names
zone contoso.example "mail-internal A $s4"
named_on $d1
web
at=$router
nginx_with 80 "
    resolver $d1 ipv6=off;
    server {
        listen 192.0.2.1:80;
        auth_basic Mail;
        auth_basic_user_file $tmp/basic;
        location / {
            set \$backend mail-internal.contoso.example;
            proxy_pass http://\$backend;
        }
    }"
at=
capture "$router:rc" "$router:rs"
for _ in 1 2; do
    try_client curl --anyauth -u alice:secret --resolve mail.contoso.example:80:192.0.2.1 http://mail.contoso.example/
    sleep 1
done
finish
