#!/bin/sh
# A wrong password, three tries with Digest: a fresh nonce each time. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Digest
capture
for password in summer Summer summer24; do
    try_client curl --digest -u "alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
