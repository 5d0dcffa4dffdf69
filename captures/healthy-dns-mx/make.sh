#!/bin/sh
# The healthy twin of dns-nodata: a domain without an MX record: mail goes to the address of its name
# then (RFC 5321 section 5.1). dig in the place of the mail server, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
names
zone contoso.example "@ A $s4"
named_on $d1
capture
for _ in 1 2; do
    try_client dig MX contoso.example
    sleep 2
done
finish
