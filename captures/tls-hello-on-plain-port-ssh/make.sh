#!/bin/sh
# TLS to the SSH port: the server's banner comes first. openssl s_client, sshd.
set -eu
. "$(dirname "$0")/../lib.sh"
network
ssh-keygen -q -t ed25519 -N '' -f "$tmp/host"
mkdir -p /run/sshd
serve 22 /usr/sbin/sshd -D -e -f /dev/null -h "$tmp/host" -o UsePAM=no -o VersionAddendum=none -o PidFile=none -o DebianBanner=no
capture
for _ in 1 2; do
    try_client openssl s_client -connect mail.contoso.example:22 -servername mail.contoso.example
    sleep 1
done
finish
