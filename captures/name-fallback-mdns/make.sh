#!/bin/sh
# A name of the local network (.local) for which DNS is asked first, by an order of lookups set wrong,
# then mDNS. curl, BIND, Avahi on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-peer.sh"
names
root_zone
named_on $d1
echo 'hosts: files dns mdns4_minimal' >"/etc/netns/$client/nsswitch.conf"
peer
on_peer $with_avahi printer p0 "$tmp"
peer_web
sleep 6
capture
try_client $with_avahi laptop c0 "$tmp" curl http://printer.local/
finish
