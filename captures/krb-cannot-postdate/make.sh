#!/bin/sh
# The client wants a ticket that is valid tomorrow; this account may not have such: 10. kinit -s, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local modify_principal -allow_postdated anna
mit_start
capture
login anna $pass kinit -s 1d
sleep 2
login anna $pass kinit -s 1d
finish
