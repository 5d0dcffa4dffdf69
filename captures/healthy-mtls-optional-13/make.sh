#!/bin/sh
# TLS 1.3: the server asks for a client certificate but does not insist; the client has none.
# curl, nginx (ssl_verify_client optional).
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.3 "ssl_client_certificate $tmp/denver.crt; ssl_verify_client optional;"
capture
try_client curl --cacert "$tmp/denver.crt" https://mail.contoso.example/
finish
