#!/bin/sh
# The healthy twin of krb-badoption-delegation: the front end may delegate. kvno -U -P (MIT), Samba.
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
ad_tool delegation add-service web HTTP/backend.contoso.example
ad_tool delegation for-any-protocol web on
keytab_ad web web
client_conf 'udp_preference_limit = 1' 'forwardable = true'
ad_start
capture
with_krb kinit -k -t "$tmp/web.keytab" web
with_krb kvno -k "$tmp/web.keytab" -U anna -P HTTP/backend.contoso.example
finish
