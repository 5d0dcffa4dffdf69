#!/bin/sh
# An SMTP client on the port that begins with TLS (465): it waits for the greeting, which never
# comes, as the server waits for a ClientHello; it gives up after 40 s. Python, stunnel.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
cat >"$tmp/stunnel.conf" <<CNF
foreground = yes
pid =
[smtps]
accept = 465
connect = 127.0.0.1:25
cert = $tmp/mail.chain
key = $tmp/mail.key
CNF
serve 465 stunnel "$tmp/stunnel.conf"
capture
try_client python3 -c 'import smtplib, sys; smtplib.SMTP(sys.argv[1], 465, "client.example", timeout=40)' $s4
finish
