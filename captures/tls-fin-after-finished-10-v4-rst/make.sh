#!/bin/sh
# TLS 1.0 with RC4 and a SHA-1 certificate, as a phone of 2006 did: NSS server
# (which, like Schannel, packs its flight into one record), Java client. It trusts another root, checks after the handshake, and ends
# the connection with an RST, no alert before it.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 10 v4
nss_db mail
serve_tty 443 selfserv -d "sql:$tmp/nss" -n mail -p 443 -V tls1.0:tls1.0 -c :0004
capture
try_client java "$bin/Client.java" "$host" 443 protocol=TLSv1 cipher=SSL_RSA_WITH_RC4_128_MD5 \
    after="$tmp/public.crt" leave=rst times=3 every=4000
finish
