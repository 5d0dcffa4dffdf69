//! Certificates of real captures, read by tshark, against what another X.509 library said of them.

use finwhale::units;
use finwhale::wire::x509::Certificate;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of captures; `None`, with a word, when it is not set or tshark is missing.
fn corpus() -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("FINWHALE_CORPUS") else {
        println!("skipped: FINWHALE_CORPUS is not set");
        return None;
    };
    if Command::new("tshark").arg("--version").output().is_err() {
        println!("skipped: tshark is not installed");
        return None;
    }
    Some(folder.into())
}

/// Every distinct certificate that tshark finds in a capture.
fn certificates(capture: &Path) -> BTreeSet<Vec<u8>> {
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(capture).args(["-o", "tcp.reassemble_out_of_order:TRUE"]);
    tshark.args(["-Y", "tls.handshake.certificate", "-T", "fields"]);
    let output = tshark.args(["-e", "tls.handshake.certificate"]).output().expect("tshark runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let fields = text.split(['\n', ',']).filter(|field| !field.is_empty());
    fields.map(|hex| unhex(&hex.replace(':', ""))).collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let digit = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("is hex");
    (0..hex.len() / 2).map(|at| digit(2 * at)).collect()
}

/// Serial, subject, issuer, dates as the expectations have them.
type Row = [String; 5];

fn ours(certificate: &Certificate) -> Row {
    let date = |seconds| units::date(seconds).unwrap_or_default();
    [
        certificate.serial.trim_start_matches('0').to_owned(),
        certificate.subject.clone(),
        certificate.issuer.clone(),
        date(certificate.not_before),
        date(certificate.not_after),
    ]
}

fn theirs(value: &serde_json::Value) -> Option<Row> {
    let text = |key: &str| Some(value.get(key)?.as_str()?.to_owned());
    let name = |key: &str| Some(readable(&text(key)?));
    Some([
        text("serial")?.trim_start_matches('0').to_owned(),
        name("subject")?,
        name("issuer")?,
        text("not_before")?,
        text("not_after")?,
    ])
}

/// The other library writes most attribute types as dotted OIDs.
fn readable(name: &str) -> String {
    const TYPES: &[(&str, &str)] = &[
        ("1.2.840.113549.1.9.1=", "emailAddress="),
        ("1.2.840.113549.1.9.2=", "unstructuredName="),
        ("1.3.6.1.4.1.311.60.2.1.1=", "jurisdictionL="),
        ("1.3.6.1.4.1.311.60.2.1.2=", "jurisdictionST="),
        ("1.3.6.1.4.1.311.60.2.1.3=", "jurisdictionC="),
        ("2.5.4.5=", "serialNumber="),
        ("2.5.4.13=", "description="),
        ("2.5.4.15=", "businessCategory="),
        ("2.5.4.17=", "postalCode="),
        ("2.5.4.41=", "name="),
        ("2.5.4.97=", "organizationIdentifier="),
    ];
    TYPES.iter().fold(name.to_owned(), |name, (oid, short)| name.replace(oid, short))
}

#[test]
fn another_library_reads_the_same_in_every_certificate_of_the_corpus() {
    let Some(folder) = corpus() else { return };
    let list = std::fs::read_to_string(folder.join("expected.jsonl")).expect("is a corpus");
    let mut distinct = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    for line in list.lines() {
        let case: serde_json::Value = serde_json::from_str(line).expect("is JSON");
        let Some(expected) = case.get("certificates").and_then(|list| list.as_array()) else {
            continue;
        };
        let file = case["file"].as_str().expect("has a name");
        let rows: BTreeSet<Row> = expected.iter().filter_map(theirs).collect();
        // tshark does not always put the certificates of DTLS, EAP and OpenVPN into that field.
        let over_tcp = expected.iter().filter(|value| value.get("transport").is_none());
        let due: BTreeSet<Row> = over_tcp.filter_map(theirs).collect();
        // Refused by the other library: dates with an offset from UTC, broken PSS parameters, garbage.
        let refused = expected.iter().filter(|value| value.get("unparsed").is_some()).count();
        let mut read = BTreeSet::new();
        for der in certificates(&folder.join(file)) {
            read.insert(ours(&Certificate::parse(&der)));
            distinct.insert(der);
        }
        let missing = due.difference(&read).map(|row| format!("{file} expected {row:?}"));
        wrong.extend(missing);
        let beyond: Vec<_> = read.difference(&rows).collect();
        if beyond.len() > refused {
            wrong.insert(format!("{file} read {beyond:?}"));
        }
    }
    println!("{} distinct certificates", distinct.len());
    assert!(wrong.is_empty(), "{}", wrong.into_iter().collect::<Vec<_>>().join("\n"));
}
