#!/bin/sh
# A device in between ends connections to a name that it does not like: a RST in the server's name
# with another TTL; then the real answer comes all the same. curl, nginx; the RST
# is built by bin/inject.py on the router. Another name on the same server works.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../rst-injected.sh"
injector client
capture
visits
finish
