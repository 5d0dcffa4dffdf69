#!/bin/sh
# The zone was signed again with new keys, but its parent still vouches for the old one: a validating
# resolver answers SERVFAIL and says why (EDE). curl, unbound, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" 'options edns0 trust-ad'
zone contoso.example
sign contoso.example
anchor=$(cat "$tmp/anchor")
rm "$tmp"/Kcontoso.example.*
zone contoso.example
sign contoso.example
echo "$anchor" >"$tmp/anchor"
named_on $d2
validating
capture
try_client curl http://www.contoso.example/
finish
