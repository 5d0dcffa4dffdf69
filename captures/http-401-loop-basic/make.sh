#!/bin/sh
# A wrong password, three tries with Basic; another user gets in. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Basic
capture
try_client curl --interface $c4b --anyauth -u alice:secret http://mail.contoso.example/
for password in summer Summer summer24; do
    try_client curl --anyauth -u "alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
