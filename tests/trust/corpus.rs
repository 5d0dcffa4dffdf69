//! Certificates of real captures, read by tshark, against what another X.509 library said of them.

use crate::lab::{Asked, Lab, pem};
use finwhale::trust::{Anchors, Fault, Trust};
use finwhale::units::{self, SECOND, Side, Time};
use finwhale::wire::x509::{Certificate, Store};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of captures; `None`, with a word, when it is not set or tshark is missing.
pub(crate) fn corpus() -> Option<PathBuf> {
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

/// A Certificate message: when it was seen, and its certificates.
type Shown = (i64, Vec<Vec<u8>>);

/// What tshark finds in a capture.
fn shown(capture: &Path) -> Vec<Shown> {
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(capture).args(["-o", "tcp.reassemble_out_of_order:TRUE"]);
    tshark.args(["-Y", "tls.handshake.certificate", "-T", "fields"]);
    tshark.args(["-e", "frame.time_epoch", "-e", "tls.handshake.certificate"]);
    let output = tshark.output().expect("tshark runs");
    let text = String::from_utf8_lossy(&output.stdout);
    let message = |line: &str| {
        let (time, fields) = line.split_once('\t')?;
        let fields = fields.split(',').filter(|field| !field.is_empty());
        let seconds = time.split('.').next()?.parse().ok()?;
        Some((seconds, fields.map(|hex| unhex(&hex.replace(':', ""))).collect()))
    };
    text.lines().filter_map(message).collect()
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

/// The captures with certificates, and what is expected of each.
pub(crate) fn cases(folder: &Path) -> Vec<(String, Vec<serde_json::Value>)> {
    let list = std::fs::read_to_string(folder.join("expected.jsonl")).expect("is a corpus");
    let case = |line: &str| {
        let case: serde_json::Value = serde_json::from_str(line).expect("is JSON");
        let expected = case.get("certificates")?.as_array()?.clone();
        Some((case["file"].as_str()?.to_owned(), expected))
    };
    list.lines().filter_map(case).collect()
}

#[test]
fn another_library_reads_the_same_in_every_certificate_of_the_corpus() {
    let Some(folder) = corpus() else { return };
    let mut distinct = BTreeSet::new();
    let mut wrong = BTreeSet::new();
    for (file, expected) in cases(&folder) {
        let rows: BTreeSet<Row> = expected.iter().filter_map(theirs).collect();
        // tshark does not always put the certificates of DTLS, EAP and OpenVPN into that field.
        let over_tcp = expected.iter().filter(|value| value.get("transport").is_none());
        let due: BTreeSet<Row> = over_tcp.filter_map(theirs).collect();
        // Refused by the other library: dates with an offset from UTC, broken PSS parameters, garbage.
        let refused = expected.iter().filter(|value| value.get("unparsed").is_some()).count();
        let mut read = BTreeSet::new();
        for der in shown(&folder.join(&file)).into_iter().flat_map(|(_, ders)| ders) {
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

/// Faults that openssl looks for as well, with what it is told here.
fn comparable(mut faults: Vec<Fault>) -> BTreeSet<Fault> {
    faults.retain(|fault| {
        !matches!(fault, Fault::IncompleteChain | Fault::WeakKey | Fault::WeakSignature)
    });
    // It looks no further when it finds no issuer.
    if faults.contains(&Fault::UntrustedIssuer) {
        faults = vec![Fault::UntrustedIssuer];
    }
    faults.into_iter().collect()
}

#[test]
fn openssl_judges_every_chain_of_the_corpus_alike() {
    let (Some(folder), Some(lab)) = (corpus(), Lab::new()) else { return };
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().map(|root| pem(root));
    std::fs::write(lab.path("mozilla.pem"), roots.collect::<String>()).expect("written");
    let mut trust = Trust::load(&[Anchors::Mozilla]).expect("are built in");
    let store = Store::new(1 << 20);
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    for (file, _) in cases(&folder) {
        for (time, ders) in shown(&folder.join(&file)) {
            let readable = ders.iter().all(|der| Certificate::parse(der).flaw.is_none());
            if ders.is_empty() || !readable || !seen.insert(ders.clone()) {
                continue;
            }
            let names: Vec<_> = (0..ders.len()).map(|number| format!("sent{number}")).collect();
            names.iter().zip(&ders).for_each(|(name, der)| lab.add(name, der));
            let sent: Vec<_> = names.iter().map(String::as_str).collect();
            let theirs = lab.openssl(Asked { time, ..lab.ask(&["mozilla"], &sent) });
            let ders: Vec<_> = ders.iter().map(Vec::as_slice).collect();
            let at = Time(time * SECOND);
            let ours = trust.judge(&store.chain(&ders), Side::Server, at, None, false);
            // openssl calls it self-signed by its name alone, whoever signed it.
            let own_name = Certificate::parse(ders[0]).self_issued();
            if own_name
                && comparable(theirs.iter().copied().collect()) == [Fault::SelfSigned].into()
            {
                continue;
            }
            if comparable(ours.faults.clone()) != comparable(theirs.iter().copied().collect()) {
                wrong.push(format!("{file} at {time}: {:?}, openssl {theirs:?}", ours.faults));
            }
        }
    }
    println!("{} distinct chains", seen.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
