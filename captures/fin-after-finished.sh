# shellcheck shell=sh disable=SC2154
# Common to the cases tls-fin-after-finished-*: a server with a certificate from
# a private authority; a client that finishes the handshake, then judges the
# certificate, does not find the issuer among its roots and hangs up. Three times,
# some seconds apart, as a phone would.
#
# story VERSION FAMILY: certificates, network, and $host to connect to.

story() {
    version=$1
    denver_ext="$server_ext
subjectAltName = DNS:*.contoso.example
crlDistributionPoints = URI:ldap:///CN=Denver%20CA%2CCN=CDP%2CCN=Public%20Key%20Services%2CCN=Services%2CCN=Configuration%2CDC=contoso%2CDC=example?certificateRevocationList?base
authorityInfoAccess = caIssuers;URI:ldap:///CN=Denver%20CA%2CCN=AIA%2CCN=Public%20Key%20Services%2CCN=Services%2CCN=Configuration%2CDC=contoso%2CDC=example?cACertificate?base"
    [ "$version" = 10 ] && digest=sha1
    ca denver '/DC=example/DC=contoso/CN=Denver CA'
    issue denver mail '/DC=example/DC=contoso/CN=*.contoso.example' "$denver_ext"
    ca public '/C=XX/O=Example Trust/CN=Example Public Root'
    openssl pkcs12 -export -in "$tmp/mail.crt" -inkey "$tmp/mail.key" -passout pass:secret -out "$tmp/mail.p12"
    network
    case $2 in
        v4) host=$s4 name=mail.contoso.example ;;
        v6) host=$s6 name=mail6.contoso.example ;;
    esac
}
