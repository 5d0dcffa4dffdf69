#!/bin/sh
# As tls13-client-reject-java, but the secrets of the TLS 1.3 session are in the capture, written
# by the server: the alert is readable. Java client, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -keylogfile "$tmp/keys" -www
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.3 name=mail.contoso.example roots="$tmp/public.crt" leave=close
finish "$tmp/keys"
