#!/bin/sh
# Negotiate that carries NTLM, from a client outside the domain: 401 with schemes, 401 with the
# challenge, 200. curl, Apache with mod_auth_gssapi, gss-ntlmssp on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
alice secret
network
apache_with 80 "AuthType GSSAPI
GssapiConnectionBound On
GssapiAllowedMech ntlmssp
Require valid-user"
capture
for _ in 1 2; do
    try_client env NTLM_USER_FILE="$tmp/ntlm" curl --negotiate -u : http://mail.contoso.example/
done
finish
