#!/bin/sh
# TLS 1.2: a certificate signed with SHA-1; it works with a client that is told to be lax. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
digest=sha1
denver
network
nginx_tls mail.crt TLSv1.2 'ssl_ciphers DEFAULT:@SECLEVEL=0;'
capture
for _ in 1 2; do
    try_client curl --ciphers DEFAULT:@SECLEVEL=0 --cacert "$tmp/denver.crt" https://mail.contoso.example/
    sleep 1
done
finish
