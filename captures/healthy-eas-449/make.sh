#!/bin/sh
# The healthy twin of eas-449: once the policy was fetched and acknowledged, the server is content.
# curl as the device; the server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 eas-449-once
capture
for command in Sync Provision Provision Sync Sync; do
    device $command
done
finish
