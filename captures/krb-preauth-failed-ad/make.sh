#!/bin/sh
# A script logs on with an old password, again and again: 24. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf 'udp_preference_limit = 1'
ad_start
capture
for _ in 1 2 3 4; do
    login anna Old-Password-1
    sleep 2
done
finish
