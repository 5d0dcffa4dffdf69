# shellcheck shell=sh disable=SC2034,SC2154
# Common to the cases story1-*, read after lib.sh and lib-dns.sh: a phone, the publishing gateway
# between outside and inside, and one host inside for DNS and mail, with their own addresses.
#
#   phone 192.168.0.185 (c0) -- (rc) 192.168.0.181 gateway 10.1.1.5 (rs) -- (s0) 10.1.1.6 DNS and mail

outside=192.168.0.181 inside=10.1.1.6 d1=10.1.1.6 s4=10.1.1.6

story1() {
    for ns in $client $router $server; do
        mkdir -p "/etc/netns/$ns"
        echo '127.0.0.1 localhost' >"/etc/netns/$ns/hosts"
        echo 'hosts: files dns' >"/etc/netns/$ns/nsswitch.conf"
        echo "nameserver $inside" >"/etc/netns/$ns/resolv.conf"
        ip netns add "$ns"
        ip -n "$ns" link set lo up
    done
    echo "$outside mail.contoso.com" >>"/etc/netns/$client/hosts"
    leg "$client" c0 02:00:00:00:00:10 rc 02:00:00:00:00:01
    leg "$server" s0 02:00:00:00:00:20 rs 02:00:00:00:00:02
    ip -n "$client" addr add 192.168.0.185/24 dev c0
    ip -n "$router" addr add $outside/24 dev rc
    ip -n "$router" addr add 10.1.1.5/24 dev rs
    ip -n "$server" addr add $inside/24 dev s0
    digest=sha1
    ca denver '/DC=com/DC=contoso/CN=Denver CA'
    issue denver gateway '/DC=com/DC=contoso/CN=*.contoso.com' "$server_ext"
    ca public '/C=XX/O=Example Trust/CN=Example Public Root'
}

# The gateway as it was when the phone left: NSS packs its flight into one record, as Schannel did.
gateway_of_then() {
    openssl pkcs12 -export -in "$tmp/gateway.crt" -inkey "$tmp/gateway.key" -passout pass:secret -out "$tmp/gateway.p12"
    nss_db gateway
    at=$router
    serve_tty 443 selfserv -d "sql:$tmp/nss" -n gateway -p 443 -V tls1.0:tls1.0 -c :0004
    gateway=$served
    at=
}

# The phone, which does not know the authority: it takes the handshake to its end, then leaves.
phone_without_root() {
    try_client java "$bin/Client.java" $outside 443 protocol=TLSv1 cipher=SSL_RSA_WITH_RC4_128_MD5 \
        after="$tmp/public.crt" leave=fin times="$1" every=4000
}

gateway_with_inside() {
    if [ -n "${gateway-}" ]; then
        kill "$gateway"
        wait "$gateway" || true
    fi
    at=$router
    serve 443 python3 "$bin/gateway.py" $outside:443 "$tmp/gateway.pem" mail.contoso.com
    at=
}

mail_server() { serve 80 python3 "$bin/web.py" 80 eas; }

# The phone, with the root installed, sends 13 bytes of ActiveSync.
phone() {
    printf '\003\001\152\000\000\007\126\122\003\060\000\001\001' >"$tmp/wbxml"
    try_client curl --tls-max 1.0 --tlsv1.0 --ciphers 'DEFAULT:@SECLEVEL=0' --cacert "$tmp/denver.crt" \
        -u alice:secret -H 'Content-Type: application/vnd.ms-sync.wbxml' -H 'User-Agent: MSFT-PPC/5.2.1' \
        --data-binary "@$tmp/wbxml" \
        'https://mail.contoso.com/Microsoft-Server-ActiveSync?Cmd=Sync&User=alice&DeviceId=BAD73E6E02156460&DeviceType=PocketPC'
}

# The DNS server without, later with the name that the gateway needs.
dns_without_mail() {
    zone contoso.com
    named_on $inside
}

dns_with_mail() {
    : >"$tmp/zones.conf"
    zone contoso.com "mail A $inside"
    if [ -n "${resolver-}" ]; then
        kill "$resolver"
        wait "$resolver" || true
    fi
    named_on $inside
}
