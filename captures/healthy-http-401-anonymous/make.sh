#!/bin/sh
# A client without credentials gets 401 and leaves it at that, as one does that only looks whether the
# server is there: nothing says that it would have tried. Twice. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
alice secret
network
apache_with 80 "AuthType Basic
AuthName Mail
AuthUserFile $tmp/basic
Require valid-user"
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example/
    sleep 2
done
finish
