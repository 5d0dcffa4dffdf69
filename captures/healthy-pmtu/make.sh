#!/bin/sh
# The healthy twin of tcp-mtu-blackhole: the router may say that the packets are too big (ICMP 3/4), the
# server sends smaller ones. Taken at the server. curl, nginx.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../narrow-link.sh"
narrow_link
capture server
narrow_visit
finish
