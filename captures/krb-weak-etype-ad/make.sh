#!/bin/sh
# The account of the service does not say that it can do AES, so its ticket is RC4 though all else is AES.
# kinit and kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_user web
ad_tool spn add HTTP/web.contoso.example web
client_conf 'udp_preference_limit = 1'
ad_start
capture
login anna $pass
ticket HTTP/web.contoso.example
finish
