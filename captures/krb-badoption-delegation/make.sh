#!/bin/sh
# A front end asks for a ticket to the back end in the name of its user (S4U2Self, S4U2Proxy) and may not: 13.
# kvno -U -P (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
front_and_back_end
ad_start
capture
delegate
finish
