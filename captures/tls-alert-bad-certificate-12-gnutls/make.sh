#!/bin/sh
# TLS 1.2: gnutls-cli does not know the authority. Its alert is 42 for this and for
# every other fault of a certificate. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.2
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/public.crt" -p 443 mail.contoso.example
    sleep 1
done
finish
