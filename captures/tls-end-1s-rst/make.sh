#!/bin/sh
# The server reads the ClientHello and ends the connection with an RST, as some do that have no
# usable certificate. curl; the server is a stub (bin/stub.py).
set -eu
. "$(dirname "$0")/../lib.sh"
network
serve 443 python3 "$bin/stub.py" 443 hello-rst
capture
for _ in 1 2; do
    try_client curl -k https://mail.contoso.example/
    sleep 1
done
finish
