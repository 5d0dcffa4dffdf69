#!/bin/sh
# The server offers Basic only, the client does Negotiate only: it begins with a token, gets no other,
# and leaves. Twice. curl with gss-ntlmssp, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
site_of_alice Basic
capture
for _ in 1 2; do
    try_client env NTLM_USER_FILE="$tmp/ntlm" curl --negotiate -u : http://mail.contoso.example/
    sleep 2
done
finish
