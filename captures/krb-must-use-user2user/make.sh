#!/bin/sh
# The name belongs to an account that may not be a service: 27. kinit, kvno, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
kadmin_local modify_principal -allow_svr "HTTP/web.$domain"
mit_start
capture
login anna $pass
ticket "HTTP/web.$domain"
sleep 2
ticket "HTTP/web.$domain"
finish
