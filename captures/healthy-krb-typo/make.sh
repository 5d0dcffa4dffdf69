#!/bin/sh
# The healthy twin of krb-preauth-failed-ad: a user mistypes the password once (24), then gets it right. kinit
# (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf
ad_start
capture
login anna Blue-Whale-2
sleep 3
login anna $pass
finish
