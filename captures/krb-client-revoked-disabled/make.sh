#!/bin/sh
# The account is disabled: 18. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool user disable anna
client_conf
ad_start
capture
login anna $pass
sleep 2
login anna $pass
finish
