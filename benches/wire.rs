//! How long it takes to parse a message and to look up a code.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use finwhale::codes::{cipher_kind, cipher_name};
use finwhale::wire::dns;
use finwhale::wire::http::{Head, head_end};
use finwhale::wire::krb5;
use finwhale::wire::ntlm;
use finwhale::wire::ntp;
use finwhale::wire::spnego;
use finwhale::wire::tls::{
    certificate_request, certificates, client_hello, server_hello, server_key_exchange,
};
use std::hint::black_box;

macro_rules! sample {
    ($name:literal) => {
        sample!("tls", $name)
    };
    ($format:literal, $name:literal) => {
        bytes(include_str!(concat!("../src/wire/", $format, "/samples/", $name, ".hex")))
    };
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16);
    digits.chunks(2).map(|pair| byte(pair).expect("hex")).collect()
}

/// Times `parse` over the bytes of a sample.
fn time<T>(criterion: &mut Criterion, name: &str, body: &[u8], parse: impl Fn(&[u8]) -> T) {
    let mut group = criterion.benchmark_group("wire");
    group.throughput(Throughput::ElementsAndBytes { elements: 1, bytes: body.len() as u64 });
    group.bench_function(name, |bencher| bencher.iter(|| parse(black_box(body))));
    group.finish();
}

fn messages(criterion: &mut Criterion) {
    time(criterion, "client_hello", &sample!("client_hello_tls13"), client_hello);
    time(criterion, "server_hello", &sample!("server_hello_tls13"), server_hello);
    let certificate = sample!("certificate");
    time(criterion, "certificates", &certificate, |body| certificates(body).0.len());
    let request = sample!("certificate_request_tls12");
    time(criterion, "certificate_request", &request, |body| certificate_request(body, true));
    let exchange = sample!("key_exchange_ecdhe_tls12");
    time(criterion, "server_key_exchange", &exchange, |body| {
        server_key_exchange(body, 0xc02f, true)
    });
}

fn tokens(criterion: &mut Criterion) {
    time(criterion, "ntlm_challenge", &sample!("ntlm", "challenge"), ntlm::message);
    let authenticate = sample!("ntlm", "authenticate");
    time(criterion, "ntlm_authenticate", &authenticate, ntlm::message);
    // Reject.
    let response = [0xa1, 7, 0x30, 5, 0xa0, 3, 0x0a, 1, 2];
    time(criterion, "spnego_response", &response, |body| spnego::token(body).is_ok());
    let reply = [&[0x24, 2][..], &[7; 46]].concat();
    time(criterion, "ntp_packet", &reply, ntp::packet);
}

fn kerberos(criterion: &mut Criterion) {
    for (name, message) in [
        ("krb5 as_req", sample!("krb5", "as_req")),
        ("krb5 tgs_req", sample!("krb5", "tgs_req")),
        ("krb5 tgs_rep", sample!("krb5", "tgs_rep")),
        ("krb5 krb_error", sample!("krb5", "krb_error_preauth")),
    ] {
        time(criterion, name, &message, |bytes| krb5::parse(bytes).is_ok());
    }
}

fn http(criterion: &mut Criterion) {
    let head = b"HTTP/1.1 401 Unauthorized\r\nContent-Type: text/html\r\nServer: Microsoft-IIS/10.0\r\n\
        WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\nWWW-Authenticate: Basic realm=\"mail\"\r\n\
        Date: Fri, 20 Nov 2026 12:00:00 GMT\r\nContent-Length: 1293\r\n\r\n";
    time(criterion, "http_head", head, |bytes| {
        (head_end(bytes, 0), Head::new(bytes).fields().count())
    });
}

fn names(criterion: &mut Criterion) {
    time(criterion, "dns", &sample!("dns", "answer"), dns::read_all);
}

fn codes(criterion: &mut Criterion) {
    criterion.bench_function("codes/cipher_name", |bencher| {
        bencher.iter(|| cipher_name(black_box(0xc02f)));
    });
    criterion.bench_function("codes/cipher_kind", |bencher| {
        bencher.iter(|| cipher_kind(black_box(0xc02f)));
    });
}

criterion_group!(benches, messages, http, names, tokens, kerberos, codes);
criterion_main!(benches);
