#!/bin/sh
# The mailbox is on another server, the answer says where (451, X-MS-Location); the device does not
# follow but asks here again. curl as the device; the server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 eas-451
capture
for _ in 1 2 3; do
    device Sync
    sleep 1
done
finish
