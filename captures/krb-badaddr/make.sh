#!/bin/sh
# The client has its tickets bound to its address (kinit -a), a router translates addresses (nft): 38. kinit,
# kvno, krb5kdc (MIT).
set -eu
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../lib-krb.sh"
krb_network
mit_create
web_mit
mit_start
on_router nft 'add table ip n; add chain ip n out { type nat hook postrouting priority 100; };
    add rule ip n out oifname rs masquerade'
capture
login anna $pass kinit -a
ticket "HTTP/web.$domain"
sleep 2
ticket "HTTP/web.$domain"
finish
