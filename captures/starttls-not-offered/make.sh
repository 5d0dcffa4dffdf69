#!/bin/sh
# The client insists on STARTTLS, the server does not offer it. curl, aiosmtpd.
set -eu
. "$(dirname "$0")/../lib.sh"
network
serve 25 python3 "$bin/smtp.py" 25
capture
printf 'From: ann@contoso.example\r\n\r\nHello.\r\n' >"$tmp/mail.txt"
for _ in 1 2; do
    try_client curl --ssl-reqd --mail-from ann@contoso.example --mail-rcpt bob@contoso.example --upload-file "$tmp/mail.txt" smtp://mail.contoso.example:25/client.example
    sleep 1
done
finish
