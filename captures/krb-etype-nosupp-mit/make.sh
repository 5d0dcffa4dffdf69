#!/bin/sh
# An old client does RC4 only, the KDC AES only: 14. kinit and krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
client_conf 'allow_weak_crypto = true' 'allow_rc4 = true' 'permitted_enctypes = arcfour-hmac'
mit_start
capture
login anna $pass
sleep 2
login anna $pass
finish
