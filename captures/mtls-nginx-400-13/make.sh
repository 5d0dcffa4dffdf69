#!/bin/sh
# TLS 1.3: nginx requires a client certificate but says so above TLS: the handshake without one
# succeeds, the answer (encrypted) is a 400. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3 "ssl_client_certificate $tmp/denver.crt; ssl_verify_client on;"
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
