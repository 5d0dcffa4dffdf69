//! The tables of codes against what others say: openssl's list of suites and its header, tshark's names, the headers of
//! Windows.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stderr)]

use finwhale::codes::{Authentication, KeyExchange, Mode, Row, SPACES, cipher_kind, cipher_name};
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

/// The rows of a space whose number tshark knows, each with tshark's name; said where there are none.
fn known_to_tshark(values: &str, name: &str, field: &str) -> Vec<(String, &'static str)> {
    let theirs = tshark_names(values, field);
    let unsigned: BTreeMap<i64, String> =
        theirs.into_iter().map(|(number, text)| (number & 0xffff_ffff, text)).collect();
    let space = SPACES.iter().find(|space| space.name == name).expect("is there");
    let known =
        |row: &'static Row| Some((unsigned.get(&(row.number? & 0xffff_ffff))?.clone(), row.name));
    let known: Vec<_> = space.rows().iter().filter_map(known).collect();
    eprintln!("{name}: {} of {} rows compared with tshark", known.len(), space.rows().len());
    known
}

#[test]
fn tshark_has_the_same_names_of_errors() {
    let Some(values) = output("tshark", &["-G", "values"]) else { return };
    // Space, field of tshark, the least that is compared, and what tshark writes before the name or we do.
    let spaces = [
        ("ntstatus", "netlogon.rc", 200, "", ""),
        ("win32", "winreg.werror", 250, "WERR_", "ERROR_"),
        ("hresult", "spoolss.hresult", 150, "HRES_", ""),
        ("ldap_result", "ldap.resultCode", 40, "", ""),
        ("rpc_fault", "dcerpc.cn_status", 40, "", ""),
    ];
    // Samba's names for two, an older name of the RFC, a slip of the pen of C706.
    let others = [
        "OK",
        "NERR_BADUSERNAME",
        "NERR_USENOTFOUND",
        "strongAuthRequired",
        "ncs_s_fault_user_defined",
    ];
    for (name, field, least, before, ours_before) in spaces {
        let known = known_to_tshark(&values, name, field);
        assert!(known.len() >= least, "{name}: {} known", known.len());
        for (theirs, ours) in known {
            let theirs = theirs.trim_start_matches(before);
            let same = theirs == ours.trim_start_matches(ours_before) || theirs == ours;
            assert!(same || others.contains(&theirs), "{name}: {theirs} {ours}");
        }
    }
}

#[test]
fn tshark_has_the_same_numbers_of_kerberos() {
    let Some(values) = output("tshark", &["-G", "values"]) else { return };
    let plain = |name: &str| name.to_uppercase().replace(['-', '_'], "").replace("ERROR", "ERR");
    // tshark leaves the first word of a name out: `eRR-SKEW`.
    for (name, field, least) in
        [("kerberos", "kerberos.error_code", 65), ("kerberos_padata", "kerberos.padata_type", 45)]
    {
        let known = known_to_tshark(&values, name, field);
        assert!(known.len() >= least, "{name}: {} known", known.len());
        for (theirs, ours) in &known {
            let same = plain(ours).ends_with(&plain(theirs));
            assert!(same || RENAMED.contains(ours), "{name}: {theirs} {ours}");
        }
    }
}

/// Where tshark goes by an older name or one of its own.
const RENAMED: &[&str] = &[
    "KDC_ERR_KEY_EXPIRED",
    "KDC_ERR_DH_KEY_PARAMETERS_NOT_ACCEPTED",
    "PA-PK-AS-REQ_OLD",
    "PA-PK-AS-REP_OLD",
    "PA-GET-FROM-TYPED-DATA",
    "PA-S4U-X509-USER",
    "PA-AS-CHECKSUM",
    "PA-SUPPORTED-ENCTYPES",
];

/// The numbers that a header of Windows defines, by name.
fn defines(header: &str) -> BTreeMap<&str, i64> {
    header.lines().filter_map(define).collect()
}

/// `#define ERROR_X __MSABI_LONG(5)`, `((NTSTATUS)0xC000006D)`, `_HRESULT_TYPEDEF_(0x…)`, `(WINHTTP_ERROR_BASE + 2)`.
fn define(line: &str) -> Option<(&str, i64)> {
    let (name, value) = line.strip_prefix("#define ")?.split_once(char::is_whitespace)?;
    let base = if value.contains("_ERROR_BASE +") { 12_000 } else { 0 };
    let is_sign = |c: char| !c.is_ascii_alphanumeric() && c != '_';
    let mut words =
        value.split(is_sign).filter(|word| word.starts_with(|c: char| c.is_ascii_digit()));
    let (Some(word), None) = (words.next(), words.next()) else { return None };
    let word = word.trim_end_matches(['L', 'U', 'l', 'u']);
    let number = match word.strip_prefix("0x") {
        Some(digits) => i64::from_str_radix(digits, 16).ok()?,
        None => word.parse().ok()?,
    };
    Some((name, base + number))
}

#[test]
fn codes_of_windows_have_the_numbers_of_its_headers() {
    let variable = std::env::var("FINWHALE_WINDOWS_HEADERS");
    let folder = variable.unwrap_or_else(|_| "/usr/share/mingw-w64/include".to_owned());
    let spaces = [
        ("ntstatus", &["ntstatus.h"][..]),
        ("win32", &["winerror.h"]),
        ("hresult", &["winerror.h"]),
        ("winhttp", &["winhttp.h", "wininet.h"]),
    ];
    for (name, headers) in spaces {
        let read = |header| std::fs::read_to_string(format!("{folder}/{header}")).ok();
        let Some(text) = headers.iter().map(read).collect::<Option<String>>() else {
            eprintln!("no headers of Windows in {folder}: codes not compared");
            return;
        };
        let theirs = defines(&text);
        let space = SPACES.iter().find(|space| space.name == name).expect("is there");
        let mut agree = 0;
        // The header has other numbers for sockets, those of C, under the same names.
        for row in space.rows().iter().filter(|row| !row.name.starts_with("WSA")) {
            let Some(number) = theirs.get(row.name) else { continue };
            assert_eq!(row.number, Some(*number), "{name}: {}", row.name);
            agree += 1;
        }
        eprintln!("{name}: {agree} of {} rows agree with {headers:?}", space.rows().len());
        assert!(agree * 10 > space.rows().len() * 9, "{name}: {agree} compared");
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
