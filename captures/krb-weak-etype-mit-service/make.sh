#!/bin/sh
# The service has an RC4 key alone, as from an old keytab: its tickets are RC4, all else is AES. kinit, kvno
# and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create 'allow_rc4 = true'
client_conf 'allow_rc4 = true'
kadmin_local add_principal -randkey -e arcfour-hmac:normal HTTP/web.fabrikam.example
mit_start
capture
login anna $pass
ticket HTTP/web.fabrikam.example
finish
