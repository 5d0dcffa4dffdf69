#!/bin/sh
# A device in between ends connections to a name that it does not like: a RST in the server's name
# with another TTL, and one to the server in the name of the client. curl, nginx; the RST
# is built by bin/inject.py on the router. Another name on the same server works.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../rst-injected.sh"
injector both
capture
visits
finish
