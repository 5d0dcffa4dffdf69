#!/bin/sh
# The client asks without credentials, is told Basic (401), and comes back with the right password. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Basic
capture
for _ in 1 2; do try_client curl --anyauth -u alice:secret http://mail.contoso.example/; done
finish
