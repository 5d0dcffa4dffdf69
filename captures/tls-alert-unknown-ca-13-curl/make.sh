#!/bin/sh
# TLS 1.3: curl (OpenSSL) does not know the authority, whose root is sent along: alert 48,
# in clear although this is TLS 1.3. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.3
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/public.crt" https://mail.contoso.example/
    sleep 1
done
finish
