#!/bin/sh
# Three wrong passwords (24) lock the account: 18, with a text of its own. kinit, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local add_policy -maxfailure 3 -failurecountinterval 1h -lockoutduration 1h users
kadmin_local modify_principal -policy users anna
mit_start
capture
for _ in 1 2 3; do
    login anna Old-Password-1
    sleep 1
done
login anna $pass
sleep 2
login anna $pass
finish
