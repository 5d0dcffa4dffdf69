//! Messages of the real openssl (see samples/README), what tshark says of them, and bytes that nobody would send.

use super::*;
use crate::wire::{Error, ErrorKind};
use proptest::prelude::*;

macro_rules! sample {
    ($name:literal) => {
        bytes(include_str!(concat!("samples/", $name, ".hex")))
    };
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).expect("ascii"), 16);
    digits.chunks(2).map(|pair| byte(pair).expect("hex")).collect()
}

/// An extension: number, length, content.
fn extension(number: u16, content: &[u8]) -> Vec<u8> {
    [
        &number.to_be_bytes()[..],
        &u16::try_from(content.len()).expect("short").to_be_bytes(),
        content,
    ]
    .concat()
}

/// A hello that offers `suites` and the given block of extensions.
fn hello(suites: &[u8], block: &[u8]) -> Vec<u8> {
    let mut body = vec![3, 3];
    body.extend([7; 32]);
    body.extend([0, 0, u8::try_from(suites.len()).expect("short")]);
    body.extend(suites);
    body.extend([1, 0]);
    body.extend(u16::try_from(block.len()).expect("short").to_be_bytes());
    body.extend(block);
    body
}

/// As tshark lists them.
const TLS12_EXTENSIONS: &[u16] = &[0, 11, 10, 35, 5, 16, 22, 23, 13];
const TLS13_EXTENSIONS: &[u16] = &[0, 11, 10, 35, 16, 22, 23, 13, 43, 45, 51];

#[test]
fn client_hello_of_tls12() {
    let body = sample!("client_hello_tls12");
    let hello = client_hello(&body).expect("is whole");
    assert_eq!((hello.legacy_version, &hello.versions[..]), (0x0303, &[0x0303][..]));
    assert!(!hello.has_supported_versions && !hello.fallback_scsv && !hello.sslv2);
    assert_eq!(hello.random[..4], body[2..6]);
    assert_eq!(hello.ciphers, [0xc02f], "0x00ff is a flag");
    assert!(hello.secure_renegotiation);
    assert_eq!(hello.sni.as_deref(), Some("www.example.test"));
    assert!(hello.alpn.iter().map(|name| &**name).eq(["h2", "http/1.1"]));
    assert_eq!(hello.extensions, TLS12_EXTENSIONS);
    assert!(hello.offers_status && !hello.offers_ticket && !hello.offers_psk && !hello.ech);
    assert_eq!(hello.length, 183);
}

#[test]
fn client_hello_of_tls13() {
    let hello = client_hello(&sample!("client_hello_tls13")).expect("is whole");
    assert_eq!(
        (hello.legacy_version, &hello.versions[..]),
        (0x0303, &[0x0304, 0x0303, 0x0302, 0x0301][..])
    );
    assert!(hello.has_supported_versions);
    assert_eq!(hello.ciphers[..3], [0x1302, 0x1303, 0x1301]);
    assert_eq!(hello.ciphers.len(), 30);
    assert_eq!((&hello.groups[..], &hello.key_shares[..]), (&[29, 24][..], &[29][..]));
    assert_eq!(hello.signature_algorithms[..3], [0x0403, 0x0503, 0x0603]);
    assert_eq!(hello.signature_algorithms.len(), 20);
    assert_eq!(hello.extensions, TLS13_EXTENSIONS);
}

#[test]
fn client_hello_that_falls_back() {
    let hello = client_hello(&sample!("client_hello_fallback")).expect("is whole");
    assert!(hello.fallback_scsv && hello.secure_renegotiation);
    assert_eq!((&hello.ciphers[..], &hello.versions[..]), (&[0xc009][..], &[0x0301][..]));
}

#[test]
fn grease_is_left_out_of_every_list() {
    let block = [
        extension(0x3a3a, &[]),
        extension(10, &[0, 4, 0x1a, 0x1a, 0, 29]),
        extension(13, &[0, 4, 0x2a, 0x2a, 4, 3]),
        extension(16, &[0, 6, 2, 0x4a, 0x4a, 2, b'h', b'2']),
        extension(43, &[4, 0x5a, 0x5a, 3, 4]),
        extension(51, &[0, 10, 0x6a, 0x6a, 0, 1, 0, 0, 29, 0, 1, 9]),
    ];
    let hello = client_hello(&hello(&[0xaa, 0xaa, 0x13, 1], &block.concat())).expect("is whole");
    assert_eq!(hello.ciphers, [0x1301]);
    assert_eq!(hello.groups, [29]);
    assert_eq!(hello.signature_algorithms, [0x0403]);
    assert!(hello.alpn.iter().map(|name| &**name).eq(["h2"]));
    assert_eq!(hello.versions, [0x0304]);
    assert_eq!(hello.key_shares, [29]);
    assert_eq!(hello.extensions, [10, 13, 16, 43, 51]);
}

#[test]
fn a_resumption_is_offered_by_ticket_or_psk() {
    let offer = |block: &[u8]| {
        let hello = client_hello(&hello(&[0x13, 1], block)).expect("is whole");
        (hello.offers_ticket, hello.offers_psk)
    };
    assert_eq!(offer(&extension(35, &[])), (false, false));
    assert_eq!(offer(&extension(35, &[1])), (true, false));
    assert_eq!(offer(&extension(41, &[0])), (true, true));
}

#[test]
fn broken_extensions_do_not_lose_the_hello() {
    let sni = extension(0, b"\0\x0e\0\0\x0bexample.com");
    let cut = [&sni[..], &[0, 16, 0, 99, 0, 9, 2, b'h', b'2', 8, b'h']].concat();
    let hello = client_hello(&hello(&[0x13, 1], &cut)).expect("is whole in front");
    assert_eq!(hello.sni.as_deref(), Some("example.com"));
    assert!(hello.alpn.iter().map(|name| &**name).eq(["h2"]));
    assert_eq!(hello.extensions, [0, 16]);
}

#[test]
fn a_hello_cut_in_its_extensions_gives_what_is_there() {
    let body = sample!("client_hello_tls13");
    let hello = client_hello(&body[..body.len() - 30]).expect("is whole in front");
    assert_eq!(hello.sni.as_deref(), Some("hrr.example.test"));
    assert_eq!(hello.key_shares, [29]);
}

#[test]
fn a_cut_hello_names_the_field_and_the_place() {
    let body = sample!("client_hello_tls12");
    let flaw = |length: usize| client_hello(&body[..length]).expect_err("is cut");
    let short = |field, at, need| Error { field, at, kind: ErrorKind::Short { need } };
    assert_eq!(flaw(1), short("legacy_version", 0, 1));
    assert_eq!(flaw(30), short("random", 2, 4));
    assert_eq!(flaw(34), short("legacy_session_id", 34, 1));
    assert_eq!(flaw(38), short("cipher_suites", 37, 3));
    assert_eq!(flaw(41), short("legacy_compression_methods", 41, 1));
}

#[test]
fn odd_lists_and_long_session_ids_are_taken() {
    let mut body = vec![3, 1];
    body.extend([7; 32]);
    body.push(40);
    body.extend([1; 40]);
    body.extend([0, 3, 0, 47, 9, 1, 0]);
    let hello = client_hello(&body).expect("is readable");
    assert_eq!(hello.ciphers, [47]);
}

#[test]
fn sslv2_hello_of_an_ancient_client() {
    // RFC 5246 appendix E.2, as a client of 2003 fills it in: SSLv2 kinds between the suites.
    let specs = [[0, 0, 0x39], [1, 0, 0x80], [0, 0, 4], [0, 0, 0xff]].concat();
    let body = [&[1, 3, 1, 0, 12, 0, 0, 0, 16][..], &specs, &[0xab; 16]].concat();
    let record = [&[0x80, u8::try_from(body.len()).expect("short")][..], &body].concat();
    assert!(is_sslv2_hello_start(&record[..11]));
    let hello = sslv2_client_hello(&record).expect("is whole");
    assert!(hello.sslv2 && hello.secure_renegotiation);
    assert_eq!((&hello.versions[..], &hello.ciphers[..]), (&[0x0301][..], &[0x39, 4][..]));
    assert_eq!((hello.random[15], hello.random[16], hello.length), (0, 0xab, 39));
    let flaw = sslv2_client_hello(&record[..30]).expect_err("is cut");
    assert_eq!((flaw.field, flaw.at), ("challenge", 23));
    assert!(!is_sslv2_hello_start(b"\x80\x00\x01\x03\x01\x00\x0c\x00\x00\x00\x10"));
}

#[test]
fn server_hello_of_tls12() {
    let hello = server_hello(&sample!("server_hello_tls12")).expect("is whole");
    assert_eq!((hello.legacy_version, hello.version, hello.cipher), (0x0303, 0x0303, 0xc02f));
    assert!(!hello.retry && hello.secure_renegotiation && hello.extended_master_secret);
    assert_eq!(hello.group, None);
}

#[test]
fn server_hello_of_tls13_and_the_retry_before_it() {
    let retry = server_hello(&sample!("hello_retry_request")).expect("is whole");
    assert!(retry.retry);
    assert_eq!((retry.version, retry.cipher, retry.group), (0x0304, 0x1302, Some(24)));
    let hello = server_hello(&sample!("server_hello_tls13")).expect("is whole");
    assert!(!hello.retry && !hello.psk);
    assert_eq!((hello.version, hello.cipher, hello.group), (0x0304, 0x1302, Some(24)));
}

#[test]
fn server_hello_with_encrypt_then_mac_and_alpn() {
    let hello = server_hello(&sample!("server_hello_etm")).expect("is whole");
    assert!(hello.encrypt_then_mac && hello.ticket);
    assert_eq!(hello.alpn.as_deref(), Some("http/1.1"));
}

#[test]
fn server_hello_of_ssl3_keeps_its_extensions() {
    let mut body = sample!("server_hello_tls12");
    body[1] = 0;
    let hello = server_hello(&body).expect("is whole");
    assert_eq!(hello.version, 0x0300);
    assert!(hello.secure_renegotiation);
}

#[test]
fn server_hello_of_a_tls13_draft_has_no_session_id() {
    let body = [&[0x7f, 0x12][..], &[7; 32], &[0x13, 1, 0, 6, 0, 40, 0, 2, 0, 29]].concat();
    let hello = server_hello(&body).expect("is whole");
    assert_eq!((hello.version, hello.cipher, hello.group), (0x7f12, 0x1301, Some(29)));
}

#[test]
fn a_chain_with_a_cut_certificate_gives_those_before() {
    let body = sample!("certificate");
    let (ders, flaw) = certificates(&body);
    assert_eq!((ders.len(), flaw), (1, None));
    assert_eq!(ders[0][..2], [0x30, 0x82]);
    let cut = [&[0, 2, 0][..], &body[3..], &[0, 1, 0, 0x30]].concat();
    let (cut_ders, flaw) = certificates(&cut);
    assert_eq!(cut_ders, ders);
    assert_eq!(flaw.map(|flaw| flaw.field), Some("ASN.1Cert"));
}

#[test]
fn an_empty_chain_is_no_flaw_and_bytes_behind_it_are() {
    assert_eq!(certificates(&[0, 0, 0]), (vec![], None));
    let trailing = Error { field: "certificate_list", at: 3, kind: ErrorKind::Trailing };
    assert_eq!(certificates(&[0, 0, 0, 1]), (vec![], Some(trailing)));
}

#[test]
fn certificate_request_names_its_authorities() {
    let authority = "CN=www.example.test,O=Example\\, Inc.,C=DE";
    let request = certificate_request(&sample!("certificate_request_tls12"), true).expect("whole");
    assert_eq!(
        (&request.types[..], &request.authorities[..]),
        (&[1, 2, 64][..], &[authority.to_owned()][..])
    );
    assert_eq!(request.signature_algorithms[..2], [0x0403, 0x0503]);
    let request = certificate_request(&sample!("certificate_request_tls10"), false).expect("whole");
    assert_eq!(
        (request.signature_algorithms, request.authorities),
        (vec![], vec![authority.to_owned()])
    );
}

#[test]
fn a_request_with_a_name_that_is_none() {
    let request = certificate_request(&[1, 1, 0, 7, 0, 2, 0xde, 0xad, 0, 9, 1], false);
    assert_eq!(request.expect("is readable").authorities, ["#dead"]);
}

#[test]
fn key_exchange_on_a_curve() {
    let body = sample!("key_exchange_ecdhe_tls12");
    let exchange = server_key_exchange(&body, 0xc02f, true).expect("is whole");
    assert_eq!((exchange.group, exchange.dh_bits), (Some(29), None));
    assert_eq!(exchange.params, body[..36]);
    assert_eq!((exchange.scheme, exchange.signature.len()), (Some(0x0804), 256));
    let exchange =
        server_key_exchange(&sample!("key_exchange_ecdhe_tls10"), 0xc009, false).expect("whole");
    assert_eq!((exchange.group, exchange.scheme), (Some(29), None));
    assert_eq!(
        exchange.signature[..2],
        [0x30, u8::try_from(exchange.signature.len() - 2).expect("short")]
    );
}

#[test]
fn key_exchange_in_a_group_of_numbers() {
    let signed = server_key_exchange(&sample!("key_exchange_dhe"), 0x0067, true).expect("whole");
    assert_eq!((signed.dh_bits, signed.scheme), (Some(2048), Some(0x0804)));
    let anon = server_key_exchange(&sample!("key_exchange_anon"), 0x006c, true).expect("whole");
    assert_eq!((anon.dh_bits, anon.scheme), (Some(1024), None));
    assert!(anon.signature.is_empty());
    let psk = server_key_exchange(&sample!("key_exchange_dhe_psk"), 0x00b2, true).expect("whole");
    assert_eq!((psk.dh_bits, psk.signature.len()), (Some(2048), 0));
}

#[test]
fn key_exchange_of_a_suite_that_has_none() {
    let flaw = |suite| server_key_exchange(&[3, 0, 29, 0], suite, true).expect_err("has none");
    assert_eq!((flaw(0x1301).field, flaw(0x002f).field), ("cipher_suite", "cipher_suite"));
    assert_eq!(flaw(0xc02f).field, "algorithm");
}

/// Every parser over the same bytes.
fn parse_all(bytes: &[u8], suite: u16) {
    let _ = client_hello(bytes);
    let _ = sslv2_client_hello(bytes);
    let _ = server_hello(bytes);
    let _ = certificates(bytes);
    let _ = record_header(bytes);
    let _ = (is_client_hello_start(bytes), is_sslv2_hello_start(bytes));
    for tls12 in [false, true] {
        let _ = certificate_request(bytes, tls12);
        let _ = server_key_exchange(bytes, suite, tls12);
    }
}

fn samples() -> Vec<Vec<u8>> {
    vec![
        sample!("client_hello_tls12"),
        sample!("client_hello_tls13"),
        sample!("server_hello_tls13"),
        sample!("certificate_request_tls12"),
        sample!("key_exchange_ecdhe_tls12"),
        sample!("key_exchange_dhe_psk"),
    ]
}

/// What another parser takes reads as it reads it.
fn second_opinion(body: &[u8]) {
    if let Ok((_, other)) = tls_parser::parse_tls_handshake_client_hello(body) {
        let hello = client_hello(body).expect("another parser takes it");
        assert_eq!((hello.legacy_version, &hello.random[..]), (other.version.0, other.random));
        let is_suite = |id: &u16| !extension::is_grease(*id) && ![0x00ff, 0x5600].contains(id);
        let suites = other.ciphers.iter().map(|suite| suite.0).filter(is_suite);
        assert!(hello.ciphers.iter().copied().eq(suites));
        if let Some(block) = other.ext {
            let numbers = extension::extensions(block).map(|(number, _)| number);
            assert!(hello.extensions.iter().copied().eq(numbers));
        }
    }
    if let Ok((_, other)) = tls_parser::parse_tls_handshake_server_hello(body) {
        let hello = server_hello(body).expect("another parser takes it");
        assert_eq!((hello.legacy_version, hello.cipher), (other.version.0, other.cipher.0));
        assert_eq!(hello.random[..], *other.random);
    }
}

proptest! {
    #[test]
    fn no_bytes_break_a_parser(bytes in prop::collection::vec(any::<u8>(), 0..400), suite: u16) {
        parse_all(&bytes, suite);
    }

    #[test]
    fn no_flipped_or_cut_sample_breaks_a_parser(
        which in 0_usize..6,
        flips in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        keep: prop::sample::Index,
        suite in prop::sample::select(vec![0xc02f_u16, 0x0067, 0x00b2, 0xc01d, 0x0003]),
    ) {
        let mut bytes = samples().swap_remove(which);
        for (place, value) in flips {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        bytes.truncate(keep.index(bytes.len() + 1));
        parse_all(&bytes, suite);
        second_opinion(&bytes);
    }
}
