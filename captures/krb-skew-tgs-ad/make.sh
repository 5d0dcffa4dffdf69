#!/bin/sh
# A client that got its first ticket in time and whose clock then was put forward by ten minutes: 37 to
# every further request. kinit and kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
ad_with_web
capture
login anna $pass
with_krb faketime -f +600s kvno HTTP/web.contoso.example
sleep 2
with_krb faketime -f +600s kvno HTTP/web.contoso.example
finish
