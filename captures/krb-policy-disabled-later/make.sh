#!/bin/sh
# The user is disabled after the logon: the domain controller gives no more tickets, 12. kinit, kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
ad_with_web
capture
login anna $pass
ad_tool user disable anna
ticket HTTP/web.contoso.example
sleep 2
ticket HTTP/web.contoso.example
finish
