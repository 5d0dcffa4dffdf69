#!/bin/sh
# TLS 1.2: the client wants the revocation list that the certificate names and cannot have it (its
# server refuses the connection), so it does not go on: FIN after the handshake. Python client,
# openssl s_server, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../revocation.sh"
revocation
capture
for _ in 1 2; do
    fetching_client
    sleep 2
done
finish
