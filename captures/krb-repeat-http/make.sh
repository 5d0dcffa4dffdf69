#!/bin/sh
# The same token reaches Apache twice, as where a proxy sends a request again: 34 from Apache's replay cache. curl,
# mod_auth_gssapi, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require valid-user'
capture
login anna $pass
browse
sleep 1
token=$(tshark -r "$tmp/c0.pcap" -Y http.authorization -T fields -e http.authorization 2>/dev/null)
try_client curl -sS -H "Authorization: $token" "http://web.$domain/private"
sleep 1
try_client curl -sS -H "Authorization: $token" "http://web.$domain/private"
finish
