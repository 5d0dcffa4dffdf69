#!/bin/sh
# A user logs on (25, then a ticket) and gets a ticket for a service. kinit, kvno, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local add_principal -randkey HTTP/web.fabrikam.example
mit_start
capture
login anna $pass
ticket HTTP/web.fabrikam.example
finish
