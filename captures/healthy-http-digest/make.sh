#!/bin/sh
# As healthy-http-basic, with Digest. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Digest
capture
for _ in 1 2; do try_client curl --digest -u alice:secret http://mail.contoso.example/; done
finish
