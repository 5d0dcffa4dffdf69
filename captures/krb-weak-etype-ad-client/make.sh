#!/bin/sh
# An old client does RC4 only: the tickets and their session keys are RC4. kinit and kvno (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_user web
ad_tool spn add HTTP/web.contoso.example web
client_conf 'allow_weak_crypto = true' 'allow_rc4 = true' 'permitted_enctypes = arcfour-hmac' 'udp_preference_limit = 1'
ad_start
capture
login anna $pass
ticket HTTP/web.contoso.example
finish
