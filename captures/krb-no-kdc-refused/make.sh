#!/bin/sh
# The KDC is not running: ICMP port unreachable to datagrams, RST to TCP. kinit (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
capture
login anna $pass
sleep 2
login anna $pass
finish
