#!/bin/sh
# As tcp-mtu-blackhole, taken at the client: the large segments never come, the small one after them does.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../narrow-link.sh"
narrow_link
drop_too_big
capture
narrow_visit
finish
