//! The keys of `tls.certificate`.

use crate::proto::tls::CertificateSeen;
use crate::report::stamp;
use crate::trust::{Fault, Verdict};
use crate::wire::x509;
use serde::Serialize;
use std::fmt::Write as _;

/// A chain and what it is worth.
#[derive(Serialize)]
pub(super) struct Certificates<'a> {
    side: &'static str,
    chain: Vec<Certificate<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<Vec<&'static str>>,
}

#[derive(Serialize)]
struct Certificate<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_after: Option<String>,
    san: Vec<String>,
    key: &'a str,
    signature: &'a str,
    sha256: String,
}

/// The keys of a chain that was shown.
pub(super) fn keys<'a>(seen: &'a CertificateSeen, verdict: Option<&Verdict>) -> Certificates<'a> {
    Certificates {
        side: seen.side.name(),
        chain: seen.chain.certificates.iter().map(|each| certificate(each)).collect(),
        verdict: verdict.map(words),
    }
}

/// The verdict in the words of the contract.
fn words(verdict: &Verdict) -> Vec<&'static str> {
    if verdict.faults.is_empty() && verdict.judged {
        return vec!["trusted"];
    }
    verdict.faults.iter().copied().map(Fault::name).collect()
}

fn certificate(certificate: &x509::Certificate) -> Certificate<'_> {
    let addresses = certificate.ip_names.iter().map(ToString::to_string);
    Certificate {
        subject: &certificate.subject,
        issuer: &certificate.issuer,
        serial: &certificate.serial,
        not_before: stamp::seconds(certificate.not_before),
        not_after: stamp::seconds(certificate.not_after),
        san: certificate.dns_names.iter().cloned().chain(addresses).collect(),
        key: &certificate.key,
        signature: &certificate.signature,
        sha256: hex(&certificate.sha256),
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
