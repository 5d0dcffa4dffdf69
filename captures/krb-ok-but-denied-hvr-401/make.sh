#!/bin/sh
# Host 1 enables replication towards host 2; its tickets are good, but host 2 refuses the logon as such
# (nobody may access it from the network) and answers 401 to a valid ticket.
# curl with the computer's account, Samba; HTTP.sys is not to be had, bin/httpsys.py stands in for it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool computer create HOST1
ad_tool computer create HOST2 --service-principal-name=HOST/host2.contoso.example
ad_tool user setpassword 'HOST1$' --newpassword=$pass
ad_tool user setpassword 'HOST2$' --newpassword=$pass
ad_set HOST2 msDS-SupportedEncryptionTypes 24 Computers
keytab_ad host1 'HOST1$'
echo "$s4b host2.contoso.example" >>"/etc/netns/$client/hosts"
client_conf 'udp_preference_limit = 1'
ad_start
serve 80 python3 "$bin/httpsys.py" $s4b 401
capture
with_krb kinit -k -t "$tmp/host1.keytab" 'HOST1$'
for _ in 1 2; do
    with_krb curl -sS -i --anyauth -u : --data-binary hello http://host2.contoso.example/hvr/replica
    sleep 2
done
finish
