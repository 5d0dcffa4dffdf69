#!/bin/sh
# The clock of the web server is ten minutes late, those of KDC and client are right; its Date header says so,
# and nothing fails by it. kinit and krb5kdc (MIT), curl, Apache under faketime.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
apache_with 'Require all granted' faketime -f -600s
capture
login anna $pass
with_krb curl -sS http://web.$domain/index.html
finish
