#!/bin/sh
# The healthy twin of name-fallback-mdns: names of the local network (.local) are looked for by mDNS,
# not by DNS. curl, BIND, Avahi on both sides.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-peer.sh"
names
root_zone
named_on $d1
echo 'hosts: files mdns4_minimal [NOTFOUND=return] dns' >"/etc/netns/$client/nsswitch.conf"
peer
on_peer $with_avahi printer p0 "$tmp"
peer_web
sleep 6
capture
try_client $with_avahi laptop c0 "$tmp" curl http://printer.local/
finish
