#!/bin/sh
# NTLM with a proxy: two times 407, then the page, on one connection. curl, squid (its helper
# ntlm_fake_auth believes everybody), nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
names
zone contoso.example "mail A $s4"
named_on $d1
web
squid_with 'auth_param ntlm program /usr/lib/squid/ntlm_fake_auth
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all'
capture
try_client curl -x http://192.0.2.1:3128 --proxy-ntlm -U 'CONTOSO\alice:secret' http://mail.contoso.example/
finish
