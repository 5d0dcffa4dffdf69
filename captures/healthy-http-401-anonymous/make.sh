#!/bin/sh
# A client without credentials gets 401 and leaves it at that, as one does that only looks whether the
# server is there: nothing says that it would have tried. Twice. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Basic
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example/
    sleep 2
done
finish
