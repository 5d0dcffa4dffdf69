#!/bin/sh
# NTLM over HTTP: two times 401, then 200, on one connection. curl; the
# server is bin/ntlm.py, with the NTLM of impacket.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/ntlm.py" 80
capture
for _ in 1 2; do try_client curl --ntlm -u 'CONTOSO\alice:secret' http://mail.contoso.example/; done
finish
