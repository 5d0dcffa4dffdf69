#!/bin/sh
# TLS 1.2: six clients of one network do not know the authority. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.2
for last in 31 32 33 34 35 36; do ip -n "$client" addr add 192.0.2.$last/24 dev c0; done
capture
for last in 31 32 33 34 35 36; do
    try_client curl --interface 192.0.2.$last --cacert "$tmp/public.crt" https://mail.contoso.example/
done
finish
