#!/bin/sh
# The router has no route to the server: ICMP 3/0. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
network
capture
try_client curl --connect-timeout 10 https://203.0.113.7/
sleep 1
try_client curl --connect-timeout 10 https://203.0.113.7/
finish
