#!/bin/sh
# TLS 1.2: once the client has sent something the server asks for renegotiation with a client certificate;
# the client refuses (no_renegotiation, encrypted), the server ends. openssl s_server, s_client.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve_tty 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -CAfile "$tmp/denver.crt" -tls1_2
capture
say 2 R
{ sleep 1; echo hello; sleep 3; } |
    timeout 20 ip netns exec "$client" openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt" -no_renegotiation >>"$tmp/try.log" 2>&1 || true
finish
