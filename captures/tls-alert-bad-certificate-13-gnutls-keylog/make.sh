#!/bin/sh
# As tls13-client-reject-gnutls, with the secrets in the capture: the alert is readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.3
capture
try_client env SSLKEYLOGFILE="$tmp/keys" gnutls-cli --x509cafile="$tmp/public.crt" -p 443 mail.contoso.example
finish "$tmp/keys"
