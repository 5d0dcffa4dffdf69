#!/bin/sh
# A page behind Negotiate: 401, a ticket for the service, 200. curl, Apache with mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require valid-user'
capture
login anna $pass
browse
finish
