#!/bin/sh
# The server offers Basic only, the client, like some publishing gateways, does NTLM only: it begins
# with message 1 and gets no message 2. Twice. curl, Apache.
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
    try_client curl --ntlm -u 'CONTOSO\alice:secret' http://mail.contoso.example/
    sleep 2
done
finish
