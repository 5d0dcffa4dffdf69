#!/bin/sh
# A record of a signed zone was changed by hand, its signature was not: a validating resolver answers
# SERVFAIL and says why (EDE). curl, unbound, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" 'options edns0 trust-ad'
zone contoso.example
sign contoso.example
sed -i "/^www.*A[[:space:]]/s/$s4/$s4b/" "$tmp/contoso.example.zone.signed"
named_on $d2
validating
capture
try_client curl http://www.contoso.example/
finish
