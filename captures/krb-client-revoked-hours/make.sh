#!/bin/sh
# The user may not log on at this hour: 18. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
# One bit an hour of the week, none set.
ad_change 'dn: CN=anna,CN=Users,DC=contoso,DC=example
changetype: modify
replace: logonHours
logonHours:: AAAAAAAAAAAAAAAAAAAAAAAAAAAA'
client_conf
ad_start
capture
login anna $pass
sleep 2
login anna $pass
finish
