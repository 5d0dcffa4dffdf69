# shellcheck shell=sh
# Common ground of all make.sh: a client, a router and a server in network
# namespaces of their own, private certification authorities, and tcpdump.
#
#   client 192.0.2.10/.11, 2001:db8:1::10/::11   (interface c0)
#      |
#   router 192.0.2.1, 198.51.100.1, 2001:db8:1::1, 2001:db8:2::1   (rc, rs)
#      |
#   server 198.51.100.20/.21, 2001:db8:2::20/::21   (s0)
#
# Debian 12: apt-get install tshark tcpdump iproute2 ethtool nftables openssl
#   curl wget gnutls-bin libnss3-tools nginx-light stunnel4 default-jdk-headless python3
#   python3-aiosmtpd openssh-server
# To be run as root. Nothing outside the namespaces is touched.

PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH LC_ALL=C TZ=UTC
unset SSLKEYLOGFILE http_proxy https_proxy || true

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck disable=SC2034  # used by the scripts that read this file
bin=$(cd "$here/../bin" && pwd)
tmp=$(mktemp -d)
client=fw$$c router=fw$$r server=fw$$s
jobs_started=
dump=

c4=192.0.2.10 c4b=192.0.2.11 c6=2001:db8:1::10 c6b=2001:db8:1::11
s4=198.51.100.20 s4b=198.51.100.21 s6=2001:db8:2::20 s6b=2001:db8:2::21

clean_up() {
    status=$?
    trap - EXIT INT TERM
    [ $status -eq 0 ] || tail -n 20 "$tmp"/*.log >&2 || true
    for pid in $dump $jobs_started; do kill "$pid" 2>/dev/null || true; done
    # shellcheck disable=SC2154  # more: namespaces of one case alone
    for ns in $client $router $server ${more-}; do
        for pid in $(ip netns pids "$ns" 2>/dev/null); do kill -9 "$pid" 2>/dev/null || true; done
        ip netns del "$ns" 2>/dev/null || true
        rm -rf "/etc/netns/$ns"
    done
    rm -rf "$tmp"
    exit $status
}
trap clean_up EXIT
trap 'exit 1' INT TERM

on_client() { ip netns exec "$client" "$@"; }
on_router() { ip netns exec "$router" "$@"; }
on_server() { ip netns exec "$server" "$@"; }

# One leg: namespace, interface, MAC, the router's interface, MAC.
leg() {
    ip -n "$1" link add "$2" address "$3" type veth peer name "$4" address "$5" netns "$router"
    for pair in "$1 $2" "$router $4"; do
        ns=${pair% *} dev=${pair#* }
        ip netns exec "$ns" sysctl -qw "net.ipv6.conf.$dev.accept_dad=0" "net.ipv6.conf.$dev.accept_ra=0"
        # Segments as on a wire: no offload, checksums filled in.
        ip netns exec "$ns" ethtool -K "$dev" tso off gso off gro off tx off rx off >/dev/null 2>&1
        ip -n "$ns" link set "$dev" mtu 1500 up
    done
}

# Names that client and server shall know: "address name" lines.
network() {
    for ns in $client $router $server; do
        mkdir -p "/etc/netns/$ns"
        {
            echo '127.0.0.1 localhost'
            echo "$s4 mail.contoso.example www.contoso.example smtp.contoso.example"
            echo "$s4b old.contoso.example"
            echo "$s6 mail6.contoso.example"
            echo "$s6 both.contoso.example"
            echo "$s4 both.contoso.example"
        } >"/etc/netns/$ns/hosts"
        echo 'nameserver 127.0.0.1' >"/etc/netns/$ns/resolv.conf"
        ip netns add "$ns"
        ip -n "$ns" link set lo up
    done
    on_router sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
    leg "$client" c0 02:00:00:00:00:10 rc 02:00:00:00:00:01
    leg "$server" s0 02:00:00:00:00:20 rs 02:00:00:00:00:02
    ip -n "$router" addr add 192.0.2.1/24 dev rc
    ip -n "$router" addr add 2001:db8:1::1/64 dev rc
    ip -n "$router" addr add 198.51.100.1/24 dev rs
    ip -n "$router" addr add 2001:db8:2::1/64 dev rs
    for a in $c4/24 $c4b/24 $c6/64 $c6b/64; do ip -n "$client" addr add $a dev c0; done
    for a in $s4/24 $s4b/24 $s6/64 $s6b/64; do ip -n "$server" addr add $a dev s0; done
    ip -n "$client" route add default via 192.0.2.1 src $c4
    ip -n "$server" route add default via 198.51.100.1 src $s4
    ip -n "$client" route add default via 2001:db8:1::1 src $c6
    ip -n "$server" route add default via 2001:db8:2::1 src $s6
}

# capture [client|server|router|NAMESPACE:INTERFACE]…: starts tcpdump there, each place an interface
# of its own in the capture. Neighbour discovery, ARP and ICMP echo stay out.
capture() {
    raw=
    [ $# -gt 0 ] || set -- client
    for where; do
        case $where in
            client) where=$client:c0 ;;
            server) where=$server:s0 ;;
            router) where=$router:rc ;;
        esac
        log=$tmp/tcpdump-${where#*:}.log
        ip netns exec "${where%:*}" tcpdump -i "${where#*:}" -Z root --immediate-mode -U -s 0 \
            -w "$tmp/${where#*:}.pcap" \
            'tcp or udp or (icmp and icmp[0] != 8 and icmp[0] != 0) or (icmp6 and ip6[40] < 128)' \
            2>"$log" &
        dump="$dump $!"
        raw=$raw,$tmp/${where#*:}.pcap
        until grep -qs "listening on" "$log"; do sleep 0.05; done
    done
}

# Stops the capture and writes capture.pcapng beside make.sh. With a key log
# file as argument its secrets are put into the file.
finish() {
    sleep 0.5
    # shellcheck disable=SC2086  # process ids
    kill -INT $dump
    # shellcheck disable=SC2086
    wait $dump 2>/dev/null || true
    dump=
    [ -z "${DEBUG-}" ] || cat "$tmp"/try.log "$tmp"/serve-*.log >&2
    python3 "$bin/pcapng.py" "${raw#,}" "$here/capture.pcapng" ${1+"$1"}
}

# serve PORT COMMAND…: runs a server in its namespace, or in that of $at, and waits for the port.
serve() {
    port=$1
    shift
    ip netns exec "${at:-$server}" "$@" >"$tmp/serve-$port.log" 2>&1 </dev/null &
    served=$!
    jobs_started="$jobs_started $served"
    wait_port "$port"
}

# As serve, with the standard input held open (openssl s_server ends at its end).
serve_tty() {
    port=$1
    shift
    [ -p "$tmp/tty" ] || mkfifo "$tmp/tty"
    ip netns exec "${at:-$server}" "$@" >"$tmp/serve-$port.log" 2>&1 <>"$tmp/tty" &
    served=$!
    jobs_started="$jobs_started $served"
    wait_port "$port"
}

wait_port() {
    n=0
    until ip netns exec "${at:-$server}" ss -Hltn "sport = :$1" | grep -q .; do
        n=$((n + 1))
        if [ $n -gt 200 ]; then
            cat "$tmp/serve-$1.log" >&2
            exit 1
        fi
        sleep 0.1
    done
}

# These fail by intent: the exit status of the client does not matter.
try() { "$@" >>"$tmp/try.log" 2>&1 </dev/null || true; }

# say SECONDS TEXT: types TEXT into the server started by serve_tty, later.
say() { (sleep "$1" && printf '%s\n' "$2" >"$tmp/tty") & }

# A client that may not run for ever.
try_client() { try timeout 60 ip netns exec "$client" "$@"; }

# --- certificates -----------------------------------------------------------

# ca NAME SUBJECT [EXTENSION-LINE…]: a self-signed root $tmp/NAME.{key,crt}
# hash and key may be set by digest=… and key=…
digest=sha256 key=rsa:2048 days=3650

ca() {
    name=$1 subject=$2
    new_key "$name"
    openssl req -x509 -new -config /dev/null -key "$tmp/$name.key" "-$digest" -days "$days" -subj "$subject" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign \
        -addext subjectKeyIdentifier=hash -out "$tmp/$name.crt" 2>>"$tmp/openssl.log"
}

new_key() {
    case $key in
        rsa:*) openssl genrsa -out "$tmp/$1.key" "${key#rsa:}" 2>/dev/null ;;
        ec:*) openssl ecparam -name "${key#ec:}" -genkey -noout -out "$tmp/$1.key" ;;
        *) openssl genpkey -algorithm "$key" -out "$tmp/$1.key" ;;
    esac
}

# issue CA NAME SUBJECT EXTENSIONS [NOT-BEFORE NOT-AFTER]: a certificate from CA;
# EXTENSIONS as lines of an openssl section; dates as YYYYMMDDHHMMSSZ.
issue() {
    by=$1 name=$2 subject=$3
    new_key "$name"
    openssl req -new -config /dev/null -key "$tmp/$name.key" -subj "$subject" -out "$tmp/$name.csr" 2>>"$tmp/openssl.log"
    mkdir -p "$tmp/ca-$by"
    [ -e "$tmp/ca-$by/index" ] || { : >"$tmp/ca-$by/index"; openssl rand -hex 10 >"$tmp/ca-$by/serial"; }
    cat >"$tmp/ca-$by/ca.cnf" <<CNF
[ca]
default_ca = this
[this]
database = $tmp/ca-$by/index
serial = $tmp/ca-$by/serial
new_certs_dir = $tmp/ca-$by
policy = any
unique_subject = no
preserve = yes
email_in_dn = no
[any]
DC = optional
C = optional
O = optional
OU = optional
CN = optional
[ext]
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
$4
CNF
    if [ $# -gt 4 ]; then
        set -- -startdate "$5" -enddate "$6"
    else
        set -- -days "$days"
    fi
    openssl ca -batch -notext -config "$tmp/ca-$by/ca.cnf" -extensions ext -md "$digest" \
        -cert "$tmp/$by.crt" -keyfile "$tmp/$by.key" -in "$tmp/$name.csr" -out "$tmp/$name.crt" \
        "$@" 2>>"$tmp/openssl.log"
    cat "$tmp/$name.crt" "$tmp/$by.crt" >"$tmp/$name.chain"
    cat "$tmp/$name.crt" "$tmp/$name.key" >"$tmp/$name.pem"
}

server_ext='basicConstraints = CA:FALSE
keyUsage = digitalSignature, keyEncipherment
extendedKeyUsage = serverAuth'
client_ext='basicConstraints = CA:FALSE
keyUsage = digitalSignature
extendedKeyUsage = clientAuth'
ca_ext='basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign'

# The private authority of most cases and a web server's certificate from it.
denver() {
    ca denver '/DC=example/DC=contoso/CN=Denver CA'
    issue denver mail '/DC=example/DC=contoso/CN=*.contoso.example' "$server_ext
subjectAltName = DNS:*.contoso.example"
}

# An authority, one below it that issues, and a web server's certificate from that: root, issuing, leaf.
three_tiers() {
    ca root '/O=Contoso/CN=Contoso Root'
    issue root issuing '/O=Contoso/CN=Contoso Issuing 1' "$ca_ext"
    issue issuing leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example"
}

# revoked_leaf: a certificate (leaf) that denver revoked since, and at $tmp/staple the OCSP answer that says so.
revoked_leaf() {
    issue denver leaf '/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example"
    openssl ca -config "$tmp/ca-denver/ca.cnf" -cert "$tmp/denver.crt" -keyfile "$tmp/denver.key" -md sha256 \
        -revoke "$tmp/leaf.crt" 2>>"$tmp/openssl.log"
    openssl ocsp -index "$tmp/ca-denver/index" -CA "$tmp/denver.crt" -rsigner "$tmp/denver.crt" \
        -rkey "$tmp/denver.key" -ndays 7 -issuer "$tmp/denver.crt" -cert "$tmp/leaf.crt" \
        -respout "$tmp/staple" >>"$tmp/openssl.log" 2>&1
}

# p12 NAME: certificate, chain and key for Java at $tmp/NAME.p12
p12() {
    openssl pkcs12 -export -in "$tmp/$1.chain" -inkey "$tmp/$1.key" -passout pass:secret -out "$tmp/$1.p12"
}

# nss_db NAME [CA.crt]: a key store of NSS at $tmp/nss, with the certificate NAME if
# it is not "-", and trusting the authority if one is given.
nss_db() {
    mkdir -p "$tmp/nss"
    certutil -N -d "sql:$tmp/nss" --empty-password
    if [ "$1" != - ]; then
        openssl pkcs12 -export -in "$tmp/$1.crt" -inkey "$tmp/$1.key" -name "$1" -passout pass: -out "$tmp/nss.p12"
        pk12util -i "$tmp/nss.p12" -d "sql:$tmp/nss" -W '' -K '' >>"$tmp/openssl.log" 2>&1
    fi
    [ -z "${2-}" ] || certutil -A -d "sql:$tmp/nss" -n authority -t C,, -i "$2"
}

# --- servers ----------------------------------------------------------------

# nginx with one server block, given as text.
nginx_with() {
    port=$1
    cat >"$tmp/nginx.conf" <<CNF
user root;
daemon off;
master_process off;
pid $tmp/nginx.pid;
error_log $tmp/nginx.log info;
events { worker_connections 64; }
http {
    access_log off;
    server_tokens off;
    default_type text/plain;
    client_body_temp_path $tmp/body;
    proxy_temp_path $tmp/proxy;
    fastcgi_temp_path $tmp/fastcgi;
    uwsgi_temp_path $tmp/uwsgi;
    scgi_temp_path $tmp/scgi;
$2
}
CNF
    mkdir -p "$tmp/html"
    [ -e "$tmp/html/index.html" ] || echo 'It works.' >"$tmp/html/index.html"
    serve "$port" nginx -p "$tmp" -e "$tmp/nginx.log" -c "$tmp/nginx.conf"
}

# nginx_tls CERTIFICATE PROTOCOLS [DIRECTIVES]: nginx with TLS on port 443 of both families. The
# certificate is a file of $tmp (mail.chain, leaf.crt), its key bears the same name.
nginx_tls() {
    nginx_with 443 "
    server {
        listen 443 ssl;
        listen [::]:443 ssl;
        ssl_certificate $tmp/$1;
        ssl_certificate_key $tmp/${1%.*}.key;
        ssl_protocols $2;
        ${3-}
        root $tmp/html;
    }"
}

# nginx_one_name: nginx with denver's certificate for mail.contoso.example; it rejects handshakes for any other name.
nginx_one_name() {
    nginx_with 443 "
    server {
        listen 443 ssl default_server;
        ssl_reject_handshake on;
    }
    server {
        listen 443 ssl;
        server_name mail.contoso.example;
        ssl_certificate $tmp/mail.chain;
        ssl_certificate_key $tmp/mail.key;
        root $tmp/html;
    }"
}
