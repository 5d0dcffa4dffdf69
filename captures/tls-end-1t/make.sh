#!/bin/sh
# The server's process hangs (stopped by a signal): its system accepts and acknowledges, nobody
# answers the ClientHello; the client gives up after 45 s. gnutls-serv, curl. At the end the same
# client fetches a page from another server (nginx).
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_with 80 "server { listen 80; root $tmp/html; }"
serve 443 gnutls-serv --http -q -p 443 --x509certfile="$tmp/mail.chain" --x509keyfile="$tmp/mail.key"
kill -STOP "$served"
capture
try_client curl --max-time 45 --cacert "$tmp/denver.crt" https://mail.contoso.example/
try_client curl http://$s4b/
finish
