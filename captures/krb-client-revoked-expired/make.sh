#!/bin/sh
# The account expired yesterday: 18. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
# 100 ns since 1601
ad_set anna accountExpires $((($(date +%s) - 86400 + 11644473600) * 10000000))
client_conf
ad_start
capture
login anna $pass
sleep 2
login anna $pass
finish
