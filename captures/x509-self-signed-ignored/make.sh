#!/bin/sh
# TLS 1.2: a self-signed certificate, as printers and appliances have; the client does not check and gets its
# page. curl -k, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
network
ca self '/CN=mail.contoso.example'
nginx_tls self.crt TLSv1.2
capture
for _ in 1 2; do
    try_client curl -k https://mail.contoso.example/
    sleep 1
done
finish
