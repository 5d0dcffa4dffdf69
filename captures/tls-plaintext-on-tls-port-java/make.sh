#!/bin/sh
# Plain HTTP to the TLS port of a Java server. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
p12 mail
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12"
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example:443/
    sleep 1
done
finish
