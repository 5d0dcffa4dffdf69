#!/bin/sh
# The client is ten minutes late; it takes the time from the KDC (in 25) and is logged on. kinit and krb5kdc
# (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
capture
login anna $pass faketime -f -600s kinit
finish
