#!/bin/sh
# TLS from the first byte to the SMTP port, which greets first and wants STARTTLS. curl (smtps),
# aiosmtpd.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 25 python3 "$bin/smtp.py" 25 "$tmp/mail.crt" "$tmp/mail.key"
capture
for _ in 1 2; do
    try_client curl --cacert "$tmp/denver.crt" smtps://mail.contoso.example:25/
    sleep 1
done
finish
