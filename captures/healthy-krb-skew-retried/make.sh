#!/bin/sh
# The healthy twin of krb-skew-as: the client is ten minutes early and is told so (37); it corrects its time
# by what the KDC says and is logged on. net (the Heimdal library of Samba), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf 'udp_preference_limit = 1'
cat >"$tmp/client.conf" <<CONF
[global]
    realm = $ad_realm
    workgroup = CONTOSO
    private dir = $tmp
    lock directory = $tmp
    cache directory = $tmp
    state directory = $tmp
CONF
ad_start
capture
with_krb faketime -f +600s net ads kerberos kinit -U "anna%$pass" -s "$tmp/client.conf"
finish
