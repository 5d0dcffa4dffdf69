#!/bin/sh
# The server demands a policy (449); the device fetches and acknowledges it, and gets 449 again: it
# cannot enforce the policy, or the server does not believe it. curl as the device; the server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 eas-449
capture
for command in Sync Provision Provision Sync Provision Provision Sync; do
    device $command
done
finish
