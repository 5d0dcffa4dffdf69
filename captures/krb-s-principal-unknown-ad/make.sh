#!/bin/sh
# Nobody registered the name of the service: 7. kinit and kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf 'udp_preference_limit = 1'
ad_start
capture
login anna $pass
ticket HTTP/intranet.contoso.example
sleep 2
ticket HTTP/intranet.contoso.example
finish
