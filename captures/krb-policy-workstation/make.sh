#!/bin/sh
# The user may log on at one workstation only, which is not this one: 12. Samba; the client
# (bin/workstation.py) is made with impacket, as kinit does not say its name.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_set anna userWorkstations OFFICE7
ad_start
capture
for _ in 1 2; do
    try_client python3 "$bin/workstation.py" $s4 $realm anna $pass LAPTOP3
    sleep 2
done
finish
