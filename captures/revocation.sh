# shellcheck shell=sh disable=SC2154
# Common to the cases about revocation lists, read after lib.sh and lib-dns.sh: a server whose certificate
# says that the list is at http://crl.contoso.example/denver.crl, the server's second address.

revocation() {
    ca denver '/DC=example/DC=contoso/CN=Denver CA'
    issue denver mail '/DC=example/DC=contoso/CN=mail.contoso.example' "$server_ext
subjectAltName = DNS:mail.contoso.example
crlDistributionPoints = URI:http://crl.contoso.example/denver.crl"
    names
    zone contoso.example "crl A $s4b"
    named_on $d1
    serve_tty 443 openssl s_server -accept 443 -cert "$tmp/mail.crt" -key "$tmp/mail.key" -tls1_2 -www
}

# A client that trusts the authority, once it has seen its revocation list.
fetching_client() {
    try_client python3 "$bin/client.py" $s4 443 --sni mail.contoso.example --max TLSv1_2 --ca "$tmp/denver.crt" \
        --crl http://crl.contoso.example/denver.crl --send /
}
