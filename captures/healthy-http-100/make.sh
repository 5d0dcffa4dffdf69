#!/bin/sh
# The healthy twin of http-100-stall: the server gives the go-ahead. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
apache_with 80 'Require all granted'
capture
for _ in 1 2; do
    try_client curl -H 'Expect: 100-continue' -d '<Ping>hello</Ping>' http://mail.contoso.example/
done
finish
