#!/bin/sh
# Plain HTTP to the TLS port: nginx answers 400 and says why. curl.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain 'TLSv1.2 TLSv1.3'
capture
for _ in 1 2; do
    try_client curl http://mail.contoso.example:443/
    sleep 1
done
finish
