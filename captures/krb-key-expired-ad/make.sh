#!/bin/sh
# The password is older than the domain allows: 23. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
# The domain allows 42 days.
faketime '-50 days' samba-tool user setpassword anna --newpassword=Gray-Whale-1 -s "$tmp/ad/etc/smb.conf" >>"$tmp/ad.log"
client_conf
ad_start
capture
login anna Gray-Whale-1
sleep 2
login anna Gray-Whale-1
finish
