#!/bin/sh
# A new password that is too short; the result (4) is encrypted. kpasswd (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool domain passwordsettings set --min-pwd-age=0
client_conf 'udp_preference_limit = 1'
ad_start
capture
new_password anna $pass short
finish
