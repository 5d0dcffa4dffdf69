#!/bin/sh
# A short name that DNS does not know: Samba's client then asks the whole network (NetBIOS, broadcast),
# and a file server answers. smbclient, BIND, Samba's nmbd and smbd.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-peer.sh"
names "nameserver $d1" 'search contoso.example'
zone contoso.example
root_zone
named_on $d1
peer
smb_conf FILESERV
on_peer nmbd -F -s "$tmp/smb.conf" -l "$tmp"
on_peer smbd -F -s "$tmp/smb.conf" -l "$tmp"
sleep 12
capture
try_client smbclient -s "$tmp/smb.conf" --option='name resolve order = host bcast' -U guest% //fileserv/public -c ls
sleep 1
finish
