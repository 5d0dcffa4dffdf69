#!/bin/sh
# TLS 1.3: gnutls-cli does not know the authority and says so in an encrypted alert, in
# place of its Finished. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.3
capture
for _ in 1 2; do
    try_client gnutls-cli --x509cafile="$tmp/public.crt" -p 443 mail.contoso.example
    sleep 1
done
finish
