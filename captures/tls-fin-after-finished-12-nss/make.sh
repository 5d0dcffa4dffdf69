#!/bin/sh
# TLS 1.2: tstclnt (NSS, the TLS of Firefox) judges the certificate while the handshake goes
# on, does not know the authority, and says so after the Finished: an encrypted alert. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nss_db - "$tmp/public.crt"
nginx_tls mail.chain TLSv1.2
capture
for _ in 1 2; do
    try_client tstclnt -h mail.contoso.example -p 443 -d "sql:$tmp/nss" -V tls1.2:tls1.2 -Q
    sleep 1
done
finish
