#!/bin/sh
# Six failures that have nothing to do with each other, of six clients, among two hundred flows that are
# well: a certificate of an unknown authority, a name that does not exist, a port where nobody
# listens, one that a firewall drops, a password that is wrong, and a proxy that wants credentials.
# curl, dig; nginx, Apache, squid, BIND.
set -eu
. "$(dirname "$0")/../lib.sh"
. "$here/../lib-dns.sh"
. "$here/../lib-http.sh"
alice secret
denver
ca other '/DC=example/DC=fabrikam/CN=Fabrikam CA'
issue other old '/DC=example/DC=contoso/CN=old.contoso.example' "$server_ext
subjectAltName = DNS:old.contoso.example"
network
ip -n "$server" addr add $d1/24 dev s0
for n in 12 13 14 15; do ip -n "$client" addr add 192.0.2.$n/24 dev c0; done
echo "nameserver $d1" >"/etc/netns/$client/resolv.conf"
echo 'hosts: files dns' >"/etc/netns/$client/nsswitch.conf"
zone contoso.example "mail A $s4"
named_on $d1
apache_with 8000 "AuthType Basic
AuthName Mail
AuthUserFile $tmp/basic
Require valid-user"
nginx_with 443 "
    server {
        listen 80;
        listen $s4:443 ssl;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        root $tmp/html;
    }
    server {
        listen $s4b:443 ssl;
        ssl_certificate $tmp/old.chain;
        ssl_certificate_key $tmp/old.key;
        ssl_protocols TLSv1.2;
        root $tmp/html;
    }"
squid_of_alice
on_server nft 'add table inet f; add chain inet f in { type filter hook input priority 0; };
    add rule inet f in tcp dport 8443 drop'

well() {
    for _ in 1 2 3 4 5; do
        try_client curl http://mail.contoso.example/
        try_client curl --interface $c4b --cacert "$tmp/denver.crt" https://mail.contoso.example/
        try_client dig www.contoso.example
        try_client curl --interface $c4b --anyauth -u alice:secret http://mail.contoso.example:8000/
        try_client curl --interface 192.0.2.15 --cacert "$tmp/denver.crt" https://www.contoso.example/
    done
}

capture
try_client curl --interface 192.0.2.12 http://mail.contoso.example:8443/ &
silent=$!
well
try_client curl --interface 192.0.2.13 --cacert "$tmp/denver.crt" https://old.contoso.example/
well
try_client curl http://mial.contoso.example/
well
for password in summer Summer summer24; do
    try_client curl --interface 192.0.2.14 --anyauth -u "alice:$password" http://mail.contoso.example:8000/
    sleep 1
done
well
for _ in 1 2; do
    try_client curl --interface 192.0.2.15 http://mail.contoso.example:8080/
    sleep 1
done
well
for _ in 1 2; do try_client curl --interface $c4b -x http://192.0.2.1:3128 http://mail.contoso.example/; done
well
wait $silent
well
sleep 1
well
finish
