#!/bin/sh
# The web server's key was changed in the KDC, Apache still has the old one: the ticket's key version is
# not in its keytab. curl, mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
keytab_mit new "HTTP/web.$domain"
mit_start
apache_with 'Require valid-user'
capture
login anna $pass
browse
sleep 2
browse
finish
