#!/bin/sh
# A firewall (nft on the server) drops what is for the KDC; another server of the same network gives its page
# before and after. kinit, krb5kdc (MIT), curl, Apache.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require valid-user'
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in meta l4proto { tcp, udp } th dport 88 drop'
capture
other_page
login anna $pass
sleep 2
login anna $pass
sleep 12
other_page
finish
