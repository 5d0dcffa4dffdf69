#!/bin/sh
# TLS 1.3: a Java client does not know the authority: an encrypted alert in place of its Finished.
# JSSE pads every record by 16 bytes: 35 in place of 19. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
nginx_tls mail.chain TLSv1.3
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.3 name=mail.contoso.example roots="$tmp/public.crt" leave=close times=2
finish
