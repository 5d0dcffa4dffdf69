#!/bin/sh
# A member of an Active Directory domain looks for its domain controllers at a resolver that does not
# know the domain's own records. Samba's net, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example
named_on $d1
cat >"$tmp/smb.conf" <<CNF
[global]
    realm = CONTOSO.EXAMPLE
    workgroup = CONTOSO
    security = ads
    name resolve order = host
    private dir = $tmp
    lock directory = $tmp
    state directory = $tmp
    cache directory = $tmp
    log file = $tmp/samba.log
CNF
capture
for _ in 1 2; do
    try_client net -s "$tmp/smb.conf" ads info
    sleep 2
done
finish
