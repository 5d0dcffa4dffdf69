#!/bin/sh
# The server accepts the connection and ends it at once with a FIN, three times. The client (in
# Python) waits for a greeting; the server is a stub (bin/stub.py).
set -eu
. "$(dirname "$0")/../lib.sh"
network
serve 5432 python3 "$bin/stub.py" 5432 accept-fin
capture
for _ in 1 2 3; do
    try_client python3 -c 'import socket, sys; socket.create_connection((sys.argv[1], 5432)).recv(100)' $s4
    sleep 2
done
finish
