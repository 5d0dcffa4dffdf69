#!/bin/sh
# Three wrong passwords (24) lock the account: 18, also with the right one. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool domain passwordsettings set --account-lockout-threshold=3
client_conf
ad_start
capture
for _ in 1 2 3; do
    login anna Old-Password-1
    sleep 1
done
login anna $pass
sleep 2
login anna $pass
finish
