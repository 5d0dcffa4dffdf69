#!/bin/sh
# TLS 1.2: the client renegotiates, the server agrees. openssl s_client, s_server.
set -eu
. "$(dirname "$0")/../lib.sh"
denver
network
serve_tty 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -client_renegotiation
capture
{ sleep 1; echo hello; sleep 0.5; echo R; sleep 1; echo again; sleep 0.5; echo Q; } |
    timeout 20 ip netns exec "$client" openssl s_client -connect mail.contoso.example:443 -servername mail.contoso.example -CAfile "$tmp/denver.crt" >>"$tmp/try.log" 2>&1 || true
finish
