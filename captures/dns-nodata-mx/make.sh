#!/bin/sh
# Mail is to go to a domain that has no MX record: the answer is empty. dig in the place of the mail
# server, BIND.
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
