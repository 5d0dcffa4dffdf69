#!/bin/sh
# A user who is not in this domain: 6. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf
ad_start
capture
login ben $pass
sleep 2
login ben $pass
finish
