#!/bin/sh
# TLS 1.3: tstclnt (NSS, the TLS of Firefox) does not know the authority and says so in an
# encrypted alert, in place of its Finished. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nss_db - "$tmp/public.crt"
nginx_tls mail.chain TLSv1.3
capture
for _ in 1 2; do
    try_client tstclnt -h mail.contoso.example -p 443 -d "sql:$tmp/nss" -V tls1.3:tls1.3 -Q
    sleep 1
done
finish
