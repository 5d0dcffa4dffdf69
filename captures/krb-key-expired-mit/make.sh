#!/bin/sh
# The password has expired: 23. kinit and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local modify_principal -pwexpire yesterday anna
mit_start
capture
login anna $pass
sleep 2
login anna $pass
finish
