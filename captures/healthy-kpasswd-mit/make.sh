#!/bin/sh
# The healthy twin of kpasswd-policy-mit: a password is changed. kpasswd, krb5kdc, kadmind (MIT).
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
new_password anna $pass Green-Whale-2
finish
