#!/bin/sh
# TLS 1.2: a Java client does not know the authority and says 46. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.2
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.2 name=mail.contoso.example roots="$tmp/public.crt" leave=close times=2
finish
