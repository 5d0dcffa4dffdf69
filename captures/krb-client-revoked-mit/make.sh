#!/bin/sh
# The account is disabled: 18 from a KDC of MIT, with a text and no NT status. kinit, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local modify_principal -allow_tix anna
mit_start
capture
login anna $pass
sleep 2
login anna $pass
finish
