#!/bin/sh
# The server (bin/web.py) refuses Expect: 100-continue with 417, the client sends again without it. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 expectation-failed
echo '<Ping>hello</Ping>' >"$tmp/letter"
capture
for _ in 1 2; do
    try_client curl -T "$tmp/letter" http://mail.contoso.example/upload
    sleep 1
done
finish
