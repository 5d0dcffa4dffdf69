#!/bin/sh
# The client is ten minutes late and does not correct it by the KDC (kdc_timesync = 0): 37. kinit
# (MIT), krb5kdc.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
client_conf 'kdc_timesync = 0'
capture
login anna $pass faketime -f -600s kinit
sleep 2
login anna $pass faketime -f -600s kinit
finish
