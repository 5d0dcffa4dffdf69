#!/bin/sh
# As mtls-nginx-400-13, with the secrets in the capture: the 400 and its text are readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3 "ssl_client_certificate $tmp/denver.crt; ssl_verify_client on;"
capture
try_client env SSLKEYLOGFILE="$tmp/keys" curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish "$tmp/keys"
