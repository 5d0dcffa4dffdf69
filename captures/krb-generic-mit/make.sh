#!/bin/sh
# The KDC's own key (krbtgt) was changed and the old one not kept; a ticket from before is refused: 60, and a
# new logon is what helps. kinit, kvno and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
capture
login anna $pass
kadmin_local change_password -randkey "krbtgt/$mit_realm"
ticket HTTP/web.fabrikam.example
sleep 2
ticket HTTP/web.fabrikam.example
finish
