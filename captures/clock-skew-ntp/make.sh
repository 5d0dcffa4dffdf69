#!/bin/sh
# The clock of the KDC is ten minutes late by what the time server says. krb5kdc (MIT) under faketime, chronyd,
# which the client asks (chronyd -Q).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
mit_start faketime -f -600s
cat >"$tmp/chrony.conf" <<CONF
local stratum 2
allow
bindaddress $s4b
cmdport 0
pidfile $tmp/chronyd.pid
bindcmdaddress /
driftfile $tmp/drift
CONF
on_server chronyd -d -x -f "$tmp/chrony.conf" -u root >"$tmp/chronyd.log" 2>&1 &
jobs_started="$jobs_started $!"
until on_server ss -Hlun 'sport = :123' | grep -q .; do sleep 0.1; done
sleep 2
capture
login anna $pass
try_client chronyd -Q -u root -t 8 "server $s4b iburst maxsamples 1" "pidfile $tmp/chronyc.pid" 'cmdport 0'
finish
