#!/bin/sh
# A user logs on (25, then a ticket) and gets a ticket for a service, all over TCP as Windows does. kinit
# and kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
ad_with_web
capture
login anna $pass
ticket HTTP/web.contoso.example
finish
