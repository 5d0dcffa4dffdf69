#!/bin/sh
# Host 1 enables replication towards host 2; its tickets are good, but host 2 refuses the logon as such
# (nobody may access it from the network) and resets the connection after a valid ticket.
# curl with the computer's account, Samba; HTTP.sys is not to be had, bin/httpsys.py stands in for it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
replica_hosts reset
capture
replicate
finish
