#!/bin/sh
# A wrong password, three tries with Digest: a fresh nonce each time. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
alice secret
network
apache_with 80 "AuthType Digest
AuthName Mail
AuthUserFile $tmp/digest
Require valid-user"
capture
for password in summer Summer summer24; do
    try_client curl --digest -u "alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
