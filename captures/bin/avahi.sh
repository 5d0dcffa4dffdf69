#!/bin/sh
# Avahi with a run directory of its own, so that several hosts of one machine may have it.
# usage: avahi.sh HOST INTERFACE DIRECTORY [COMMAND…]: what to run once it is there; it ends with it.
set -eu
host=$1 interface=$2 directory=$3
shift 3
# In a mount namespace of its own by now.
mkdir -p /run/avahi-daemon
mount -t tmpfs none /run/avahi-daemon
cat >"$directory/avahi-$host.conf" <<CNF
[server]
host-name=$host
use-ipv6=no
allow-interfaces=$interface
enable-dbus=no
[wide-area]
enable-wide-area=no
[publish]
publish-hinfo=no
publish-workstation=no
publish-aaaa-on-ipv4=no
CNF
[ $# -gt 0 ] || exec avahi-daemon -f "$directory/avahi-$host.conf" --no-drop-root --no-chroot
avahi-daemon -f "$directory/avahi-$host.conf" --no-drop-root --no-chroot &
daemon=$!
sleep 3
status=0
"$@" || status=$?
kill $daemon
exit $status
