//! Signatures of ServerKeyExchange, made by openssl with each kind of key.

use crate::lab::{LEAF, Lab, ROOT, Spec};
use finwhale::trust::key_exchange_verifies;
use finwhale::wire::tls::KeyExchange;
use std::fs;

/// The file that is signed: both randoms, then the parameters.
const SIGNED: &str = "signed";

/// Options of `openssl dgst` and `openssl pkeyutl`.
const PSS: &[&str] = &["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:-1"];

fn exchange(lab: &Lab) -> KeyExchange {
    let (client_random, server_random) = ([1; 32], [2; 32]);
    let params = b"\x03\x00\x17\x04and a point".to_vec();
    let signed = [&client_random, &server_random, &params[..]].concat();
    fs::write(lab.path(SIGNED), signed).expect("written");
    KeyExchange { client_random, server_random, params, ..KeyExchange::default() }
}

/// Signs by `openssl`, and asks for the judgement of the right and of changed bytes.
fn verified(lab: &Lab, key: &str, sign: &[&str], scheme: Option<u16>) -> [Option<bool>; 2] {
    let file = format!("{key}.key");
    let arguments = match sign {
        [] => {
            vec!["pkeyutl", "-sign", "-inkey", &file, "-rawin", "-in", SIGNED, "-out", "signature"]
        }
        _ => [&["dgst", "-sign", &file, "-out", "signature"], sign, &[SIGNED]].concat(),
    };
    let unsigned = exchange(lab);
    let (done, text) = lab.run(&arguments);
    assert!(done, "{text}");
    let signature = fs::read(lab.path("signature")).expect("is there");
    let leaf = lab.certificate(key);
    let good = KeyExchange { scheme, signature, ..unsigned };
    let changed = KeyExchange { client_random: [3; 32], ..good.clone() };
    [good, changed].map(|exchange| key_exchange_verifies(&exchange, &leaf))
}

#[test]
fn right_keys_verify_wrong_ones_do_not_and_unknown_ones_are_left_open() {
    let Some(lab) = Lab::new() else { return };
    lab.make(ROOT);
    for (name, kind) in [
        ("rsa", "rsa 2048"),
        ("short", "rsa 1024"),
        ("p256", "ec P-256"),
        ("p384", "ec P-384"),
        ("p521", "ec P-521"),
        ("ed", "ed25519"),
    ] {
        lab.make(Spec { name, kind, issuer: "root", ..LEAF });
    }
    let known = [Some(true), Some(false)];
    let pss = |hash| [&[hash][..], PSS].concat();
    for (key, sign, scheme, expected) in [
        ("rsa", vec!["-sha1"], Some(0x0201), known),
        ("rsa", vec!["-sha256"], Some(0x0401), known),
        ("rsa", vec!["-sha384"], Some(0x0501), known),
        ("rsa", vec!["-sha512"], Some(0x0601), known),
        ("rsa", vec!["-sha224"], Some(0x0301), [None, None]),
        ("rsa", vec!["-md5"], Some(0x0101), [None, None]),
        ("rsa", vec!["-md5-sha1"], None, known),
        ("rsa", pss("-sha256"), Some(0x0804), known),
        ("rsa", pss("-sha512"), Some(0x0806), known),
        ("short", vec!["-md5-sha1"], None, known),
        ("short", vec!["-sha384"], Some(0x0501), known),
        ("short", pss("-sha256"), Some(0x0804), [None, None]),
        ("p256", vec!["-sha256"], Some(0x0403), known),
        ("p256", vec!["-sha1"], None, [None, None]),
        ("p384", vec!["-sha384"], Some(0x0503), known),
        ("p384", vec!["-sha256"], Some(0x0403), known),
        ("p521", vec!["-sha512"], Some(0x0603), [None, None]),
        ("ed", vec![], Some(0x0807), known),
        // Signed by another kind of key than the certificate's.
        ("p256", vec!["-sha256"], Some(0x0401), [Some(false), Some(false)]),
    ] {
        assert_eq!(verified(&lab, key, &sign, scheme), expected, "{key} {sign:?}");
    }
}

#[test]
fn no_signature_is_no_proof() {
    let leaf = finwhale::wire::x509::Certificate::default();
    assert_eq!(key_exchange_verifies(&KeyExchange::default(), &leaf), None);
    let signed = KeyExchange { signature: vec![1], scheme: Some(0x0401), ..KeyExchange::default() };
    assert_eq!(key_exchange_verifies(&signed, &leaf), None);
}
