#!/bin/sh
# The ticket is too big for a datagram (52), and a firewall (nft on the server) drops TCP to the KDC; another
# server of the same network gives its page before and after. kinit (MIT), Samba, curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
keytab_ad web anna
client_conf
ad_start
apache_with 'Require valid-user'
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in tcp dport 88 drop'
capture
other_page
login anna $pass
sleep 12
other_page
finish
