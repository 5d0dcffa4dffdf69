#!/bin/sh
# The server offers Basic only, the client, like some publishing gateways, does NTLM only: it begins
# with message 1 and gets no message 2. Twice. curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Basic
capture
for _ in 1 2; do
    try_client curl --ntlm -u 'CONTOSO\alice:secret' http://mail.contoso.example/
    sleep 2
done
finish
