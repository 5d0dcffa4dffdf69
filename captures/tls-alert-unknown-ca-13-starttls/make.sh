#!/bin/sh
# STARTTLS over SMTP; the client does not know the authority: 48 within the session. curl, aiosmtpd.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
ca public '/C=XX/O=Example Trust/CN=Example Public Root'
serve 25 python3 "$bin/smtp.py" 25 "$tmp/mail.crt" "$tmp/mail.key"
capture
printf 'From: ann@contoso.example\r\n\r\nHello.\r\n' >"$tmp/mail.txt"
for _ in 1 2; do
    try_client curl --ssl-reqd --cacert "$tmp/public.crt" --mail-from ann@contoso.example --mail-rcpt bob@contoso.example --upload-file "$tmp/mail.txt" smtp://mail.contoso.example:25/client.example
    sleep 1
done
finish
