#!/bin/sh
# TLS 1.3 with a HelloRetryRequest: the client guessed X25519, the server wants secp384r1. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3 'ssl_ecdh_curve secp384r1;'
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
