#!/bin/sh
# The server chooses TLS 1.0, the client wants TLS 1.2 at least and refuses: 70 from the
# client. Python, openssl s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1 -cipher ALL:@SECLEVEL=0 -www
capture
try_client python3 "$bin/client.py" $s4 443 --sni mail.contoso.example --max TLSv1_2 --ciphers DEFAULT:@SECLEVEL=0 --times 2 --every 1
finish
