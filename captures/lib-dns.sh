# shellcheck shell=sh disable=SC2016,SC2154
# Common to the cases about names, read after lib.sh: resolvers at $d1 and $d2 beside the server,
# and a client that knows no names by itself. Nothing is asked outside the namespaces.
#
# Debian 12: apt-get install bind9 bind9-dnsutils unbound dnsmasq-base

d1=198.51.100.53 d2=198.51.100.54

# names [LINE…]: the network, with these lines in the client's resolv.conf.
names() {
    network
    for a in $d1 $d2; do ip -n "$server" addr add $a/24 dev s0; done
    [ $# -gt 0 ] || set -- "nameserver $d1"
    printf '%s\n' "$@" >"/etc/netns/$client/resolv.conf"
    echo '127.0.0.1 localhost' >"/etc/netns/$client/hosts"
    echo 'hosts: files dns' >"/etc/netns/$client/nsswitch.conf"
}

# zone NAME [RECORD…]: a zone for named_on, with the usual names of the server and these records.
zone() {
    origin=$1
    shift
    {
        echo "\$ORIGIN $origin."
        echo '$TTL 300'
        echo '@ SOA ns hostmaster 1 3600 600 86400 60'
        echo '@ NS ns'
        echo "ns A $d1"
        echo "www A $s4"
        for record; do echo "$record"; done
    } >"$tmp/$origin.zone"
    echo "zone \"$origin\" { type primary; file \"$tmp/$origin.zone\"; };" >>"$tmp/zones.conf"
}

# A root of our own: whatever stands in no other zone does not exist.
root_zone() {
    printf '%s\n' '$TTL 300' '. SOA ns.root.example. hostmaster.root.example. 1 3600 600 86400 60' \
        '. NS ns.root.example.' "ns.root.example. A $d1" >"$tmp/root.zone"
    echo "zone \".\" { type primary; file \"$tmp/root.zone\"; };" >>"$tmp/zones.conf"
}

# named_on ADDRESS [OPTION-LINES]: BIND, with the zones made so far.
named_on() {
    cat >"$tmp/named-$1.conf" <<CNF
options {
    directory "$tmp";
    listen-on { $1; };
    listen-on-v6 { none; };
    pid-file none;
    session-keyfile none;
    allow-query { any; };
    dnssec-validation no;
    version none;
    hostname none;
    ${2-}
};
controls { };
CNF
    [ ! -e "$tmp/zones.conf" ] || echo "include \"$tmp/zones.conf\";" >>"$tmp/named-$1.conf"
    resolver_on "$1" named -g -n 1 -c "$tmp/named-$1.conf"
}

# unbound_on ADDRESS [SERVER-LINES [OTHER-LINES]]: unbound.
unbound_on() {
    cat >"$tmp/unbound.conf" <<CNF
server:
    interface: $1
    access-control: 0.0.0.0/0 allow
    do-ip6: no
    do-not-query-localhost: no
    hide-identity: yes
    hide-version: yes
    ede: yes
    directory: "$tmp"
    chroot: ""
    username: ""
    pidfile: ""
    use-syslog: no
    do-daemonize: no
    ${2-}
${3-}
CNF
    resolver_on "$1" unbound -d -c "$tmp/unbound.conf"
}

# resolver_on ADDRESS COMMAND…: starts it and waits until it listens.
resolver_on() {
    address=$1
    shift
    ip netns exec "$server" "$@" >"$tmp/serve-$address.log" 2>&1 </dev/null &
    resolver=$!
    jobs_started="$jobs_started $resolver"
    wait_port "53 and src = $address"
    # Unbound and BIND listen a moment before they answer.
    sleep 1
}

# A web server to get to, once a name is known.
web() {
    nginx_with 80 "
    server {
        listen 80;
        root $tmp/html;
    }"
}

# sign ZONE [OPTION…]: signs the zone made last; what its parent would vouch for stands in $tmp/anchor.
sign() {
    origin=$1
    shift
    (
        cd "$tmp" || exit
        dnssec-keygen -q -a ECDSAP256SHA256 "$origin" >>openssl.log
        dnssec-keygen -q -a ECDSAP256SHA256 -f KSK "$origin" >ksk
        dnssec-dsfromkey "$(cat ksk)" >anchor
        dnssec-signzone -q -S -o "$origin" "$@" "$origin.zone" >>openssl.log 2>&1
    )
    echo "zone \"$origin\" { type primary; file \"$tmp/$origin.zone.signed\"; };" >"$tmp/zones.conf"
}

# validating: unbound at $d1, which checks what BIND at $d2 says of contoso.example.
validating() {
    unbound_on $d1 "module-config: \"validator iterator\"
    trust-anchor-file: \"$tmp/anchor\"" "stub-zone:
    name: \"contoso.example\"
    stub-addr: $d2"
}

# many NAME: forty addresses of one name, more than a packet of 512 bytes holds. Behind each is the server.
many() {
    n=100
    while [ $n -lt 140 ]; do
        echo "$1 A 198.51.100.$n"
        ip -n "$server" addr add 198.51.100.$n/24 dev s0
        n=$((n + 1))
    done
}
