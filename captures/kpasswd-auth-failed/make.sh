#!/bin/sh
# The server that changes passwords has a clock ten minutes early and refuses the ticket: result 3, in clear in
# the e-data of a KRB-ERROR. kpasswd, krb5kdc, kadmind under faketime (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
mit_kadmind faketime -f +600s
capture
new_password anna $pass Green-Whale-2
sleep 2
new_password anna $pass Green-Whale-2
finish
