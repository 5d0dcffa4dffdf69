#!/bin/sh
# healthy-private-ca-13 with the secrets in the capture: the certificate and the request are readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3
capture
try_client env SSLKEYLOGFILE="$tmp/keys" curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish "$tmp/keys"
