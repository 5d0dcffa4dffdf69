#!/bin/sh
# TLS 1.2: openssl s_client checks the certificate, does not know its authority (whose
# root is not sent) and says so: alert 48 in clear. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.crt TLSv1.2
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/public.crt" -verify_return_error
    sleep 1
done
finish
