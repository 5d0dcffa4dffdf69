#!/bin/sh
# TLS 1.2: a self-signed certificate, curl. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
ca self '/CN=mail.contoso.example'
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls self.crt TLSv1.2
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/public.crt" https://mail.contoso.example/
    sleep 1
done
finish
