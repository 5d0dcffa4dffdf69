#!/bin/sh
# A script logs on with an old password, again and again: 24. kinit and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
capture
for _ in 1 2 3 4; do
    login anna Old-Password-1
    sleep 2
done
finish
