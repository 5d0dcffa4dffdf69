#!/bin/sh
# The password must be changed (23), the user changes it there and then (kpasswd) and is logged on. kinit
# (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_set anna pwdLastSet 0
client_conf 'udp_preference_limit = 1'
ad_start
capture
login anna "$pass
Green-Whale-2
Green-Whale-2"
finish
