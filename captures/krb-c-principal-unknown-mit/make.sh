#!/bin/sh
# A user who is not in this realm: 6. kinit and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
capture
login ben $pass
sleep 2
login ben $pass
finish
