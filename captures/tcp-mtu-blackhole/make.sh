#!/bin/sh
# The link behind the router takes 1400 bytes at most; the router's message that says so (ICMP 3/4) is
# dropped, as an overcautious firewall would: the ClientHello gets through, the certificate chain does
# not. Taken at the server, whose retransmissions are seen. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../narrow-link.sh"
narrow_link
drop_too_big
capture server
narrow_visit
finish
