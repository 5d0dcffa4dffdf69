# shellcheck shell=sh disable=SC2154
# Common to the cases about HTTP, read after lib.sh (and lib-dns.sh, where names matter).
#
# Debian 12: apt-get install apache2 libapache2-mod-auth-gssapi gss-ntlmssp squid-openssl python3-impacket

# apache_with PORT TEXT: Apache with one site, its configuration given as text.
apache_with() {
    port=$1
    mkdir -p "$tmp/html"
    echo 'It works.' >"$tmp/html/index.html"
    chmod 755 "$tmp"
    {
        for module in mpm_event authn_core authn_file authz_core authz_user auth_basic auth_digest \
            auth_gssapi alias dir mime headers rewrite proxy proxy_http; do
            echo "LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so"
        done
        cat <<CNF
ServerRoot $tmp
PidFile $tmp/apache.pid
DefaultRuntimeDir $tmp
ErrorLog $tmp/apache.log
User www-data
Group www-data
ServerName mail.contoso.example
ServerTokens Prod
Listen $port
StartServers 1
DocumentRoot $tmp/html
DirectoryIndex index.html
TypesConfig /etc/mime.types
<Directory $tmp/html>
$2
</Directory>
CNF
    } >"$tmp/apache.conf"
    NTLM_USER_FILE=$tmp/ntlm serve "$port" apache2 -D FOREGROUND -f "$tmp/apache.conf"
}

# The one user of these servers is alice; this makes the files that hold the password.
alice() {
    printf 'alice:%s\n' "$(openssl passwd -apr1 "$1")" >"$tmp/basic"
    printf 'alice:Mail:%s\n' "$(printf 'alice:Mail:%s' "$1" | openssl md5 -r | cut -d' ' -f1)" >"$tmp/digest"
    printf 'CONTOSO:alice:%s\n' "$1" >"$tmp/ntlm"
    chmod 644 "$tmp/basic" "$tmp/digest" "$tmp/ntlm"
}

# squid_with LINES: a proxy at the router's address in the client's network, port 3128.
squid_with() {
    mkdir -p "$tmp/squid"
    chmod 755 "$tmp"
    chown proxy: "$tmp/squid"
    cat >"$tmp/squid.conf" <<CNF
http_port 192.0.2.1:3128
visible_hostname proxy.contoso.example
httpd_suppress_version_string on
pid_filename none
cache deny all
cache_log $tmp/squid/cache.log
access_log none
coredump_dir $tmp/squid
pinger_enable off
netdb_filename none
shutdown_lifetime 0 seconds
dns_nameservers 198.51.100.53
hosts_file none
$1
CNF
    at=$router
    serve 3128 squid -N -n "fw$$" -f "$tmp/squid.conf"
    at=
}

# device COMMAND [HOST]: one request of ActiveSync, as a phone would send it for alice.
device() {
    printf '\003\001\152\000\000\007\126\122\003\060\000\001\001' >"$tmp/wbxml"
    try_client curl -u "alice:${password-secret}" -H 'Content-Type: application/vnd.ms-sync.wbxml' \
        -H 'MS-ASProtocolVersion: 12.1' -H 'X-MS-PolicyKey: 0' -H 'User-Agent: MSFT-PPC/5.2.1' \
        --data-binary "@$tmp/wbxml" \
        "http://${2-mail.contoso.example}/Microsoft-Server-ActiveSync?Cmd=$1&User=alice&DeviceId=BAD73E6E02156460&DeviceType=PocketPC"
}

# --- whole scenes --------------------------------------------------------------

# site_of_alice Basic|Digest: Apache with one page, for alice alone.
site_of_alice() {
    alice secret
    network
    apache_with 80 "AuthType $1
AuthName Mail
AuthUserFile $tmp/$(echo "$1" | tr '[:upper:]' '[:lower:]')
Require valid-user"
}

# http2_of_alice: nginx with HTTP/2 in clear, for alice alone.
http2_of_alice() {
    alice secret
    network
    nginx_with 80 "
    server {
        listen 80 http2;
        root $tmp/html;
        auth_basic Mail;
        auth_basic_user_file $tmp/basic;
    }"
}

# squid_of_alice: the proxy, for alice alone.
squid_of_alice() {
    squid_with "auth_param basic program /usr/lib/squid/basic_ncsa_auth $tmp/basic
acl users proxy_auth REQUIRED
http_access allow users
http_access deny all"
}

# mail_behind_squid: a web server with TLS, and the proxy that opens tunnels to it.
mail_behind_squid() {
    denver
    names
    zone contoso.example "mail A $s4"
    named_on $d1
    nginx_tls mail.chain TLSv1.2
    squid_with 'http_access allow all'
}

# gateway_of_alice [RECORD…]: nginx on the router asks for credentials and passes on to mail-internal, whose
# name it asks of the resolver; the records are those of the zone.
gateway_of_alice() {
    alice secret
    names
    zone contoso.example "$@"
    named_on $d1
    at=$router
    nginx_with 80 "
    resolver $d1 ipv6=off;
    server {
        listen 192.0.2.1:80;
        auth_basic Mail;
        auth_basic_user_file $tmp/basic;
        location / {
            set \$backend mail-internal.contoso.example;
            proxy_pass http://\$backend;
        }
    }"
    at=
}
