//! The tables of codes against what others say: openssl's list of suites and its header, tshark's names.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stderr)]

use finwhale::codes::{
    Authentication, KeyExchange, Mode, SPACES, cipher_kind, cipher_name, explain,
};
use std::collections::BTreeMap;
use std::process::Command;

/// What a command prints; `None` where it is not installed.
fn output(command: &str, arguments: &[&str]) -> Option<String> {
    let output = Command::new(command).args(arguments).output();
    let Ok(output) = output.inspect_err(|_| eprintln!("{command} is not installed: not compared"))
    else {
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// `0xC0,0x2F - NAME - short protocol Kx=… Au=… Enc=… Mac=…` as number, name, and the four facts.
fn suite(line: &str) -> Option<(u16, String, BTreeMap<String, String>)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = words.first()?.replace("0x", "").replace(',', "");
    let facts = words.iter().filter_map(|word| word.split_once('='));
    let facts = facts.map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    Some((u16::from_str_radix(&number, 16).ok()?, (*words.get(2)?).to_owned(), facts))
}

#[test]
fn openssl_takes_suites_apart_in_the_same_way() {
    let list = "ALL:COMPLEMENTOFALL:@SECLEVEL=0";
    let Some(text) = output("openssl", &["ciphers", "-V", "-stdname", list]) else { return };
    let suites: Vec<_> = text.lines().filter_map(suite).collect();
    assert!(suites.len() > 50, "{text}");
    for (number, name, facts) in suites {
        assert_eq!(cipher_name(number), name);
        let kind = cipher_kind(number).expect("is a suite");
        let exchange = match &*facts["Kx"] {
            "RSA" | "RSAPSK" => KeyExchange::RsaTransport,
            "DH" | "DHEPSK" => KeyExchange::Dhe,
            "ECDH" | "ECDHEPSK" => KeyExchange::Ecdhe,
            "PSK" => KeyExchange::Psk,
            "SRP" => KeyExchange::Srp,
            _ => KeyExchange::Tls13,
        };
        assert_eq!(kind.key_exchange, exchange, "{name}");
        let authentication = match &*facts["Au"] {
            "RSA" => Authentication::Rsa,
            "ECDSA" => Authentication::Ecdsa,
            "DSS" => Authentication::Dss,
            "None" => Authentication::Anon,
            "PSK" => Authentication::Psk,
            "any" => Authentication::Any,
            _ => Authentication::Other,
        };
        assert_eq!(kind.authentication, authentication, "{name}");
        assert_eq!(kind.psk, facts["Kx"].ends_with("PSK"), "{name}");
        let mode = match facts["Enc"].split('(').next().unwrap_or_default() {
            "AESGCM" | "ARIAGCM" => Mode::Gcm,
            "AESCCM" => Mode::Ccm,
            "AESCCM8" => Mode::Ccm8,
            "CHACHA20/POLY1305" => Mode::ChaCha,
            "None" => Mode::Null,
            _ => Mode::Cbc,
        };
        assert_eq!(kind.mode, mode, "{name}");
        let mac = match &*facts["Mac"] {
            "AEAD" => kind.tag_length,
            "MD5" => 16,
            "SHA1" => 20,
            "SHA256" => 32,
            _ => 48,
        };
        assert_eq!(kind.tag_length, mac, "{name}");
    }
}

/// The names that tshark has for the values of a field.
fn tshark_names(values: &str, field: &str) -> BTreeMap<i64, String> {
    let line = |line: &str| {
        let [kind, name, number, text] = line.split('\t').collect::<Vec<_>>()[..] else {
            return None;
        };
        let number = match number.strip_prefix("0x") {
            Some(digits) => i64::from_str_radix(digits, 16).ok()?,
            None => number.parse().ok()?,
        };
        (kind == "V" && name == field).then(|| (number, text.to_owned()))
    };
    values.lines().filter_map(line).collect()
}

#[test]
fn tshark_has_the_same_names() {
    let Some(values) = output("tshark", &["-G", "values"]) else { return };
    let spaces = [
        ("tls_cipher", "tls.handshake.ciphersuite"),
        ("tls_group", "tls.handshake.extensions_supported_group"),
        ("tls_sigscheme", "tls.handshake.sig_hash_alg"),
        ("tls_extension", "tls.handshake.extension.type"),
    ];
    for (name, field) in spaces {
        let theirs = tshark_names(&values, field);
        let space = SPACES.iter().find(|space| space.name == name).expect("is there");
        let mut compared = 0;
        for row in space.rows() {
            let Some(text) = row.number.and_then(|number| theirs.get(&number)) else { continue };
            compared += 1;
            assert!(is_the_same(text, row.name), "{name}: {text} {}", row.name);
        }
        assert!(compared > 15, "{name}: {compared} compared");
    }
}

/// Equal, but for drafts, which tshark calls like what became of them or "Reserved", and names that changed.
fn is_the_same(theirs: &str, ours: &str) -> bool {
    let plain = ours.trim_start_matches("OLD_");
    let draft = ours.ends_with("_draft") || ours.ends_with("_deprecated");
    // IANA gave numbers to ML-KEM that experiments had used before.
    let reused = ours.starts_with("MLKEM");
    theirs == plain
        || format!("{theirs}_old") == ours
        || draft
        || reused
        || theirs == format!("{plain}s")
}

#[test]
fn openssl_verify_results_have_the_numbers_of_its_header() {
    let Ok(header) = std::fs::read_to_string("/usr/include/openssl/x509_vfy.h") else {
        eprintln!("no header of OpenSSL: verify results not compared");
        return;
    };
    let lines = header.lines().map(|line| line.replace("# define", "#define"));
    let defined: BTreeMap<String, String> = lines
        .filter_map(|line| {
            let mut words = line.strip_prefix("#define ")?.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.to_owned()))
        })
        .collect();
    let space = SPACES.iter().find(|space| space.name == "x509_verify").expect("is there");
    for row in space.rows() {
        let number = row.number.map(|number| number.to_string());
        // Names changed between releases; numbers did not change their meaning.
        if let Some(theirs) = defined.get(row.name) {
            assert_eq!(number.as_ref(), Some(theirs), "{}", row.name);
        }
    }
}

#[test]
fn the_named_examples_of_the_command_line_are_explained() {
    for text in ["alert 48", "event 36887", "0x80090325", "-2146893019", "unknown_ca", "expired"] {
        assert!(!explain(text).is_empty(), "{text}");
    }
}
