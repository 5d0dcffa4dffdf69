#!/bin/sh
# The clock of the web server is ten minutes early, those of KDC and client are right. curl, Apache with
# mod_auth_gssapi under faketime, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require valid-user' faketime -f +600s
capture
login anna $pass
browse
sleep 2
browse
finish
