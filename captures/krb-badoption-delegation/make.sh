#!/bin/sh
# A front end asks for a ticket to the back end in the name of its user (S4U2Self, S4U2Proxy) and may not: 13.
# kvno -U -P (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_user web
ad_user backend
ad_tool spn add HTTP/web.contoso.example web
ad_tool spn add HTTP/backend.contoso.example backend
ad_set web msDS-SupportedEncryptionTypes 24
ad_set backend msDS-SupportedEncryptionTypes 24
keytab_ad web web
client_conf 'udp_preference_limit = 1' 'forwardable = true'
ad_start
capture
with_krb kinit -k -t "$tmp/web.keytab" web
with_krb kvno -k "$tmp/web.keytab" -U anna -P HTTP/backend.contoso.example
finish
