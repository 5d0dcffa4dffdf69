#!/bin/sh
# As krb-ok-but-denied-apache-401, with a server that says 403 (AuthzSendForbiddenOnFailure). curl,
# mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with "Require user ben@$mit_realm
    AuthzSendForbiddenOnFailure On"
capture
login anna $pass
browse
sleep 2
browse
finish
