#!/bin/sh
# TLS 1.2: the server signs with a key that is not its certificate's; the client says 51.
# Java server (which does not compare them), curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
issue denver other '/CN=other.example' "$server_ext"
p12 mail
p12 other
serve 443 java "$bin/Server.java" 443 "$tmp/mail.p12" key="$tmp/other.p12" protocol=TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
