#!/bin/sh
# The policy of the client allows the encryption types of RFC 8009 only, as a hardened Linux does; a domain
# controller has RC4 and AES with SHA-1: 14. kinit (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
client_conf 'permitted_enctypes = aes256-cts-hmac-sha384-192 aes128-cts-hmac-sha256-128'
ad_start
capture
login anna $pass
sleep 2
login anna $pass
finish
