#!/bin/sh
# The healthy twin of krb-badoption-delegation: the front end may delegate. kvno -U -P (MIT), Samba.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
front_and_back_end
ad_tool delegation add-service web HTTP/backend.contoso.example
ad_tool delegation for-any-protocol web on
ad_start
capture
delegate
finish
