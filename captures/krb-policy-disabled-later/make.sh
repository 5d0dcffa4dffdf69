#!/bin/sh
# The user is disabled after the logon: the domain controller gives no more tickets, 12. kinit, kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool spn add HTTP/web.contoso.example 'DC1$'
client_conf 'udp_preference_limit = 1'
ad_start
capture
login anna $pass
ad_tool user disable anna
ticket HTTP/web.contoso.example
sleep 2
ticket HTTP/web.contoso.example
finish
