#!/bin/sh
# The account expired yesterday: 1 from a KDC of MIT (a domain controller says 18). kinit, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local modify_principal -expire yesterday anna
mit_start
capture
login anna $pass
sleep 2
login anna $pass
finish
