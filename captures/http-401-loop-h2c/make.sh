#!/bin/sh
# HTTP/2 in clear: a wrong password, three tries. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
http2_of_alice
capture
for password in summer Summer summer24; do
    try_client curl --http2-prior-knowledge -u "alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
