#!/bin/sh
# The device has an old password: 401 for every command. curl as the device; the server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
password=summer
network
serve 80 python3 "$bin/web.py" 80 eas
capture
for _ in 1 2 3; do
    device Sync
    sleep 1
done
finish
