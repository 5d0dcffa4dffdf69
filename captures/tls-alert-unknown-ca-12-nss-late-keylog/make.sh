#!/bin/sh
# As tls-fin-after-finished-12-nss, with the secrets in the capture: the alert is readable.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nss_db - "$tmp/public.crt"
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -keylogfile "$tmp/keys" -www -tls1_2
capture
try_client tstclnt -h mail.contoso.example -p 443 -d "sql:$tmp/nss" -V tls1.2:tls1.2 -Q
finish "$tmp/keys"
