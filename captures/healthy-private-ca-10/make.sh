#!/bin/sh
# The healthy twin of tls-fin-after-finished-10-v4-*: the same private authority, which
# this client trusts; request, answer, orderly end. Java client, NSS server.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../fin-after-finished.sh"
story 10 v4
nss_db mail
serve_tty 443 selfserv -d "sql:$tmp/nss" -n mail -p 443 -V tls1.0:tls1.0 -c :0004
capture
try_client java "$bin/Client.java" "$host" 443 protocol=TLSv1 cipher=SSL_RSA_WITH_RC4_128_MD5 \
    after="$tmp/denver.crt" send=/ times=2 every=4000
finish
