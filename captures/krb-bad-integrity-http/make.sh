#!/bin/sh
# Apache's keytab has the right name and version but another key, as where the name is registered on
# another account: 31 in the token of the 401 (Windows says 41 of the same). curl, mod_auth_gssapi, krb5kdc
# (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
kadmin_local "add_principal -randkey HTTP/web.$domain"
kadmin_local "ktadd -k $tmp/other.keytab HTTP/web.$domain"
printf 'addent -password -p HTTP/web.%s@%s -k 2 -e aes256-cts-hmac-sha1-96\nAnother-Key-1\nwkt %s\nquit\n' \
    "$domain" "$mit_realm" "$tmp/web.keytab" | with_kdc ktutil >/dev/null
mit_start
apache_with 'Require valid-user'
capture
login anna $pass
browse
sleep 2
browse
finish
