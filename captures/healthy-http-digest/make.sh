#!/bin/sh
# As healthy-http-basic, with Digest. curl, Apache.
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
for _ in 1 2; do try_client curl --digest -u alice:secret http://mail.contoso.example/; done
finish
