#!/bin/sh
# The ticket is good, the user is not among those who may: Apache answers 401 all the same, with a token
# that says accept-completed. curl, mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with "Require user ben@$mit_realm"
capture
login anna $pass
browse
sleep 2
browse
finish
