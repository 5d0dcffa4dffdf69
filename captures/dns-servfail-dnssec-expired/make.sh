#!/bin/sh
# The signatures of the zone expired yesterday: a validating resolver answers SERVFAIL and says why
# (EDE). curl, unbound, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" 'options edns0 trust-ad'
zone contoso.example
sign contoso.example -P -s now-30d -e now-1d -X now+30d
named_on $d2
validating
capture
try_client curl http://www.contoso.example/
finish
