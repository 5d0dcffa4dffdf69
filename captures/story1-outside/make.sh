#!/bin/sh
# A phone and a publishing gateway, outside: TLS 1.0 with a certificate from a private authority, which
# the phone does not know. It ends the connection with a FIN right after the handshake. Java client as the
# phone, NSS server as the gateway.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../story1.sh"
story1
gateway_of_then
capture "$client:c0"
phone_without_root 3
finish
