#!/bin/sh
# Nobody registered the name of the web server (7), so curl goes over to NTLM within Negotiate, which works.
# curl and Apache (mod_auth_gssapi) with gss-ntlmssp, kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_user web
ad_tool spn add HTTP/intranet.contoso.example web
keytab_ad web HTTP/intranet.contoso.example
printf 'CONTOSO:anna:%s\n' $pass >"$tmp/ntlm"
client_conf 'udp_preference_limit = 1'
ad_start
chmod 644 "$tmp/ntlm"
apache_with 'Require valid-user
    GssapiConnectionBound On
    GssapiAllowedMech krb5
    GssapiAllowedMech ntlmssp' NTLM_USER_FILE="$tmp/ntlm"
capture
login anna $pass
with_krb env NTLM_USER_FILE="$tmp/ntlm" curl -sS -i --anyauth -u 'CONTOSO\anna:' "http://web.contoso.example/private"
finish
