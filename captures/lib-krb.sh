# shellcheck shell=sh disable=SC2154
# Common to the Kerberos cases, read after lib.sh: a domain controller (Samba) or a KDC of
# MIT Kerberos, clients of MIT Kerberos, and Apache with mod_auth_gssapi.
#
#   client 192.0.2.10
#   server 198.51.100.20   the KDC, dc1.contoso.example or kdc.fabrikam.example
#          198.51.100.21   the web server, web.contoso.example or web.fabrikam.example
#
# Debian 12: apt-get install samba samba-ad-provision samba-dsdb-modules krb5-user krb5-kdc
#   krb5-admin-server apache2 libapache2-mod-auth-gssapi gss-ntlmssp faketime chrony
#   python3-impacket (none of them needs to run as a service)

ad_realm=CONTOSO.EXAMPLE mit_realm=FABRIKAM.EXAMPLE
# What every account has that is not about its password.
pass=Blue-Whale-1

# The network, with the names of these cases.
krb_network() {
    network
    for ns in $client $router $server; do
        cat >>"/etc/netns/$ns/hosts" <<HOSTS
$s4 dc1.contoso.example kdc.fabrikam.example
$s4b web.contoso.example web.fabrikam.example
HOSTS
    done
}

# --- the domain controller ----------------------------------------------------

ad_tool() { samba-tool "$@" -s "$tmp/ad/etc/smb.conf" >>"$tmp/ad.log" 2>&1; }

# ad_provision: a domain with the user anna; accounts may be changed before ad_start and after.
ad_provision() {
    realm=$ad_realm domain=contoso.example
    samba-tool domain provision --realm="$ad_realm" --domain=CONTOSO --server-role=dc \
        --host-name=dc1 --host-ip=$s4 --dns-backend=NONE --adminpass=Provision-1 \
        --targetdir="$tmp/ad" >"$tmp/ad.log" 2>&1
    sed -i "/^\[global\]/a interfaces = $s4\nbind interfaces only = yes\nserver services = kdc\n\
log file = $tmp/samba.log\npid directory = $tmp/ad\nncalrpc dir = $tmp/ad/ncalrpc" "$tmp/ad/etc/smb.conf"
    sed -i '/^\tserver services/d; /^\tlog file/d' "$tmp/ad/etc/smb.conf"
    ad_user anna
}

# ad_user NAME [OPTION…]: an account with the usual password.
ad_user() {
    user=$1
    shift
    ad_tool user create "$user" $pass "$@"
}

# ad_change LDIF: a change to the directory.
ad_change() { printf '%s\n' "$1" | ldbmodify -H "$tmp/ad/private/sam.ldb" >>"$tmp/ad.log" 2>&1; }

# ad_set ACCOUNT ATTRIBUTE VALUE [CONTAINER]
ad_set() {
    ad_change "dn: CN=$1,CN=${4:-Users},DC=contoso,DC=example
changetype: modify
replace: $2
$2: $3"
}

ad_start() { serve 88 "$@" samba -i -M single -s "$tmp/ad/etc/smb.conf"; }

# --- the KDC of MIT Kerberos --------------------------------------------------

# What the KDC's own programs read; the clients have their own krb5.conf.
with_kdc() { env KRB5_CONFIG="$tmp/kdc-krb5.conf" KRB5_KDC_PROFILE="$tmp/kdc.conf" "$@"; }

kadmin_local() { with_kdc kadmin.local -r "$mit_realm" -q "$*" >>"$tmp/kadmin.log" 2>&1; }

# mit_create [LINE…]: a realm with the user anna, who must pre-authenticate; the lines go
# into [libdefaults] of the KDC.
mit_create() {
    realm=$mit_realm domain=fabrikam.example
    cat >"$tmp/kdc.conf" <<CONF
[kdcdefaults]
    kdc_listen = $s4:88
    kdc_tcp_listen = $s4:88
[realms]
    $mit_realm = {
        database_name = $tmp/principals
        key_stash_file = $tmp/stash
        acl_file = $tmp/kadm5.acl
        default_principal_flags = +preauth
        kadmind_listen = $s4:749
        kpasswd_listen = $s4:464
    }
[logging]
    kdc = FILE:$tmp/kdc.log
    admin_server = FILE:$tmp/kadmind.log
CONF
    krb5_conf "$tmp/kdc-krb5.conf" "$@"
    client_conf
    : >"$tmp/kadm5.acl"
    with_kdc kdb5_util create -s -r "$mit_realm" -P Master-1 >"$tmp/kadmin.log" 2>&1
    mit_user anna
}

# mit_user NAME [OPTION…]: a principal with the usual password.
mit_user() {
    user=$1
    shift
    kadmin_local "add_principal -pw $pass $* $user"
}

mit_start() {
    serve 88 env KRB5_CONFIG="$tmp/kdc-krb5.conf" KRB5_KDC_PROFILE="$tmp/kdc.conf" "$@" \
        krb5kdc -n -P "$tmp/kdc.pid"
}

# mit_kadmind [COMMAND…]: the daemon that changes passwords, under the command (faketime …).
mit_kadmind() {
    serve 464 env KRB5_CONFIG="$tmp/kdc-krb5.conf" KRB5_KDC_PROFILE="$tmp/kdc.conf" "$@" \
        kadmind -nofork -P "$tmp/kadmind.pid"
}

# --- clients ------------------------------------------------------------------

# client_conf [LINE…]: the clients' krb5.conf; the lines go into [libdefaults].
client_conf() { krb5_conf "$tmp/krb5.conf" "$@"; }

# krb5_conf FILE [LINE…]
krb5_conf() {
    file=$1
    shift
    cat >"$file" <<CONF
[libdefaults]
    default_realm = $realm
    dns_lookup_kdc = false
    dns_lookup_realm = false
    dns_canonicalize_hostname = false
    rdns = false
    $(printf '%s\n    ' "$@")
[realms]
    $realm = {
        kdc = $s4
        kpasswd_server = $s4:464
    }
[domain_realm]
    .$domain = $realm
CONF
}

# with_krb COMMAND…: a client that finds its configuration and its tickets.
with_krb() {
    try_client env KRB5_CONFIG="$tmp/krb5.conf" KRB5CCNAME="FILE:$tmp/tickets" "$@"
}

# login USER PASSWORD [COMMAND…]: kinit, or as the command says (faketime … kinit, kinit -l …).
# A password may have more lines, for what kinit asks then.
login() {
    user=$1
    printf '%s\n' "$2" >"$tmp/typed"
    shift 2
    [ $# -gt 0 ] || set -- kinit
    # shellcheck disable=SC2016  # expanded by the shell that is started
    with_krb sh -c 'typed=$1; shift; exec "$@" <"$typed"' sh "$tmp/typed" "$@" "$user"
}

# new_password USER OLD NEW: kpasswd.
new_password() {
    printf '%s\n%s\n%s\n' "$2" "$3" "$3" >"$tmp/typed"
    # shellcheck disable=SC2016
    with_krb sh -c 'kpasswd "$1" <"$2"' sh "$1" "$tmp/typed"
}

# ticket SERVICE…: asks for tickets to services, as name@host or principal.
ticket() { with_krb kvno "$@"; }

# --- web servers --------------------------------------------------------------

# keytab_ad NAME ACCOUNT: the keys of an account of the domain at $tmp/NAME.keytab.
keytab_ad() { ad_tool domain exportkeytab "$tmp/$1.keytab" --principal="$2"; }

# keytab_mit NAME PRINCIPAL: new keys (and so a new version) of a principal at $tmp/NAME.keytab.
keytab_mit() { kadmin_local "ktadd -k $tmp/$1.keytab $2"; }

# web_mit: the principal of the web server, with its keytab.
web_mit() {
    kadmin_local "add_principal -randkey HTTP/web.$domain"
    keytab_mit web "HTTP/web.$domain"
}

# apache_with DIRECTIVES [COMMAND…]: Apache at web.*, where /private wants Negotiate; the directives
# stand in that section. Its keys are in $tmp/web.keytab.
apache_with() {
    directives=$1
    shift
    # Its workers run as www-data.
    chmod 711 "$tmp"
    chmod 644 "$tmp"/*.keytab
    modules=/usr/lib/apache2/modules
    mkdir -p "$tmp/html"
    echo 'It works.' >"$tmp/html/index.html"
    cat >"$tmp/apache.conf" <<CONF
ServerRoot $tmp
ServerName web.$domain
ServerTokens Prod
PidFile $tmp/apache.pid
Listen $s4b:80
User www-data
Group www-data
StartServers 1
LoadModule mpm_prefork_module $modules/mod_mpm_prefork.so
LoadModule authn_core_module $modules/mod_authn_core.so
LoadModule authz_core_module $modules/mod_authz_core.so
LoadModule authz_user_module $modules/mod_authz_user.so
LoadModule alias_module $modules/mod_alias.so
LoadModule auth_gssapi_module $modules/mod_auth_gssapi.so
ErrorLog $tmp/apache.log
LogLevel info
DocumentRoot $tmp/html
Alias /private $tmp/html/index.html
<Directory $tmp/html>
    Require all granted
</Directory>
<Location /private>
    AuthType GSSAPI
    AuthName "contoso"
    $directives
</Location>
CONF
    # At its end Apache kills its process group.
    serve 80 env KRB5_CONFIG="$tmp/krb5.conf" KRB5_KTNAME="$tmp/web.keytab" "$@" \
        setsid apache2 -DFOREGROUND -f "$tmp/apache.conf"
}

# other_page: what goes on beside: a page that needs no ticket.
other_page() { with_krb curl -sS "http://web.$domain/index.html"; }

# browse [OPTION…]: fetches the page of /private with what tickets the client has.
browse() { with_krb curl -sS -i --anyauth -u : "$@" "http://web.$domain/private"; }

# --- whole scenes --------------------------------------------------------------

# ad_with_web: the domain controller with the name of a web server; the client asks it over TCP, as Windows does.
ad_with_web() {
    krb_network
    ad_provision
    ad_tool spn add HTTP/web.contoso.example 'DC1$'
    client_conf 'udp_preference_limit = 1'
    ad_start
}

# replica_hosts 401|reset: two hosts of the domain; the second refuses whom the first presents a good ticket for.
replica_hosts() {
    krb_network
    ad_provision
    ad_tool computer create HOST1
    ad_tool computer create HOST2 --service-principal-name=HOST/host2.contoso.example
    ad_tool user setpassword 'HOST1$' --newpassword=$pass
    ad_tool user setpassword 'HOST2$' --newpassword=$pass
    ad_set HOST2 msDS-SupportedEncryptionTypes 24 Computers
    keytab_ad host1 'HOST1$'
    echo "$s4b host2.contoso.example" >>"/etc/netns/$client/hosts"
    client_conf 'udp_preference_limit = 1'
    ad_start
    serve 80 python3 "$bin/httpsys.py" $s4b "$1"
}

# replicate: the first host asks the second, twice.
replicate() {
    with_krb kinit -k -t "$tmp/host1.keytab" 'HOST1$'
    for _ in 1 2; do
        with_krb curl -sS -i --anyauth -u : --data-binary hello http://host2.contoso.example/hvr/replica
        sleep 2
    done
}

# front_and_back_end: a web server and the server behind it in a domain that is yet to be started.
front_and_back_end() {
    krb_network
    ad_provision
    ad_user web
    ad_user backend
    ad_tool spn add HTTP/web.contoso.example web
    ad_tool spn add HTTP/backend.contoso.example backend
    ad_set web msDS-SupportedEncryptionTypes 24
    ad_set backend msDS-SupportedEncryptionTypes 24
    keytab_ad web web
    client_conf 'udp_preference_limit = 1' 'forwardable = true'
}

# delegate: the front end asks for a ticket to the back end in the name of anna.
delegate() {
    with_krb kinit -k -t "$tmp/web.keytab" web
    with_krb kvno -k "$tmp/web.keytab" -U anna -P HTTP/backend.contoso.example
}
