#!/bin/sh
# The user must change the password at the next logon: 23. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_set anna pwdLastSet 0
client_conf
ad_start
capture
login anna $pass
sleep 2
login anna $pass
finish
