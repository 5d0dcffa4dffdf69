#!/bin/sh
# The password is right (OPTIONS gets 200), but mailbox or device may not synchronize: 403. curl as
# the device; the server is bin/web.py.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/web.py" 80 eas-forbidden
capture
try_client curl -X OPTIONS -u alice:secret 'http://mail.contoso.example/Microsoft-Server-ActiveSync'
for _ in 1 2; do
    device Sync
    sleep 1
done
finish
