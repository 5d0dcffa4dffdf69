#!/bin/sh
# A wrong password, three tries with NTLM: message 3 is answered by 401 again. curl; the
# server is bin/ntlm.py, with the NTLM of impacket.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-http.sh"
network
serve 80 python3 "$bin/ntlm.py" 80
capture
for password in summer Summer summer24; do
    try_client curl --ntlm -u "CONTOSO\\alice:$password" http://mail.contoso.example/
    sleep 2
done
finish
