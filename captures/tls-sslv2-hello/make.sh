#!/bin/sh
# A Java client that begins with a ClientHello in SSLv2 format and gets on with TLS 1.0. openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -cipher ALL:@SECLEVEL=0 -tls1 -www
capture
try_client java "$bin/Client.java" $s4 443 protocol=SSLv2Hello,TLSv1 after="$tmp/denver.crt" send=/
finish
