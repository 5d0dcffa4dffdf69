#!/bin/sh
# TLS 1.3: wget (GnuTLS), nginx. wget judges the certificate after the handshake, does
# not know the issuer and closes without an alert; where session tickets have arrived
# unread by then the system sends an RST instead of the FIN, or after it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 13 v4
nginx_tls mail.chain TLSv1.3
capture
for _ in 1 2 3; do
    try_client wget -O /dev/null --tries=1 --ca-certificate="$tmp/public.crt" "https://$name/"
    sleep 3
done
finish
