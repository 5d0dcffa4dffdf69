#!/bin/sh
# A user logs on; the ticket is too big for a datagram (52), the client asks again over TCP. kinit and kvno
# (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
ad_provision
ad_tool spn add HTTP/web.contoso.example 'DC1$'
client_conf
ad_start
capture
login anna $pass
ticket HTTP/web.contoso.example
finish
