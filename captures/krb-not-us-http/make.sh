#!/bin/sh
# Apache's keytab is for another name than the one the client asks for: 35 in the token of the 401. curl,
# mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local "add_principal -randkey HTTP/web.$domain"
kadmin_local "add_principal -randkey HTTP/intranet.$domain"
keytab_mit web "HTTP/intranet.$domain"
mit_start
apache_with 'Require valid-user'
capture
login anna $pass
browse
sleep 2
browse
finish
