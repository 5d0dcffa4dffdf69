#!/bin/sh
# TLS 1.2 over IPv6: wget (GnuTLS), nginx. wget judges the certificate after the
# handshake, does not know the issuer and closes without an alert. Three starts of it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 12 v6
nginx_tls mail.crt TLSv1.2
capture
for _ in 1 2 3; do
    try_client wget -O /dev/null --tries=1 --ca-certificate="$tmp/public.crt" "https://$name/"
    sleep 3
done
finish
