#!/bin/sh
# Nothing listens on the port, IPv6: RST. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
network
capture
for _ in 1 2 3; do
    try_client curl "https://[$s6]/"
    sleep 1
done
finish
