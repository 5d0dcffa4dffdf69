#!/bin/sh
# The first ticket has expired before it was to be renewed: 32. kinit (-R) and krb5kdc (MIT), which allows for no
# more than a second of difference.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create 'clockskew = 1'
kadmin_local modify_principal -maxrenewlife 7days anna
kadmin_local modify_principal -maxrenewlife 7days "krbtgt/$mit_realm"
mit_start
capture
login anna $pass kinit -l 5s -r 1d
sleep 8
with_krb kinit -R
sleep 1
with_krb kinit -R
finish
