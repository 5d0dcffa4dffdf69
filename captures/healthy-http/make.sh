#!/bin/sh
# Plain HTTP. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
nginx_with 80 "server { listen 80; root $tmp/html; }"
capture
try_client curl http://mail.contoso.example/
finish
