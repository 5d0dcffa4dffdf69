#!/bin/sh
# Apache may not read its keytab: the ticket is fine, the answer is a 401 whose token says reject and no
# more. curl, mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require valid-user'
chmod 600 "$tmp/web.keytab"
capture
login anna $pass
browse
sleep 2
browse
finish
