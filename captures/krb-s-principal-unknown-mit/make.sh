#!/bin/sh
# Nobody registered the name of the service: 7. kinit, kvno and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start
capture
login anna $pass
ticket HTTP/intranet.fabrikam.example
sleep 2
ticket HTTP/intranet.fabrikam.example
finish
