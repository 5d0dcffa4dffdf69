#!/bin/sh
# The client asks for a go-ahead (Expect: 100-continue) and waits for it a second, then sends its body
# all the same: the server (bin/web.py) ignores Expect. Three times. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 no-continue
capture
for _ in 1 2 3; do
    try_client curl -H 'Expect: 100-continue' -d '<Ping>hello</Ping>' http://mail.contoso.example/upload
    sleep 1
done
finish
