#!/bin/sh
# The healthy twin of dns-servfail-dnssec-*: signatures that are good. curl, unbound, BIND, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names "nameserver $d1" 'options edns0 trust-ad'
zone contoso.example
sign contoso.example
named_on $d2
validating
web
capture
try_client curl http://www.contoso.example/
finish
