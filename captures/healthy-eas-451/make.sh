#!/bin/sh
# The healthy twin of eas-451: the device goes where it is sent. curl as the device; the servers are bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" $s4:80 eas-451
serve 80 python3 "$bin/web.py" $s4b:80 eas
capture
device Sync
device Sync old.contoso.example
finish
