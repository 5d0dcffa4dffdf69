#!/bin/sh
# TLS 1.2: a Java client whose own check of the certificate ends the connection with a FIN
# in mid-handshake, without an alert. nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
nginx_tls mail.chain TLSv1.2
capture
try_client java "$bin/Client.java" $s4 443 protocol=TLSv1.2 name=mail.contoso.example hangup=fin leave=close times=2
finish
