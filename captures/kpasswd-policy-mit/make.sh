#!/bin/sh
# A new password that is too short; the result (4) is encrypted. kpasswd, krb5kdc, kadmind (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local add_policy -minlength 8 users
kadmin_local modify_principal -policy users anna
mit_start
mit_kadmind
capture
new_password anna $pass short
finish
