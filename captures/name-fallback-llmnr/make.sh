#!/bin/sh
# A short name that DNS does not know; LLMNR is asked next, and another host of the network answers.
# curl and llmnr-query one after the other, as Windows does by itself; BIND, llmnrd, Python's web server.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-peer.sh"
names "nameserver $d1" 'search contoso.example'
zone contoso.example
root_zone
named_on $d1
peer
on_peer llmnrd -H fileserv
peer_web
sleep 1
capture
try_client curl http://fileserv/
try_client llmnr-query -I c0 -i 200 -c 1 -T A fileserv
try_client curl -H 'Host: fileserv' http://$peer/
finish
