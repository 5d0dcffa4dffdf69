#!/bin/sh
# STARTTLS over SMTP, then a mail. curl, aiosmtpd.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 25 python3 "$bin/smtp.py" 25 "$tmp/mail.crt" "$tmp/mail.key"
capture
printf 'From: ann@contoso.example\r\nTo: bob@contoso.example\r\nSubject: test\r\n\r\nHello.\r\n' >"$tmp/mail.txt"
try_client curl --ssl-reqd --cacert "$tmp/denver.crt" --mail-from ann@contoso.example --mail-rcpt bob@contoso.example \
    --upload-file "$tmp/mail.txt" smtp://mail.contoso.example:25/client.example
finish
