//! Field story 1 and its twins.

use super::*;
use crate::facts::Success;
use crate::proto::tls::Handshake;
use crate::rules::testing::{Story, at, certificate, flow, ids, success};
use crate::rules::testing_tls::{Then, chain, completed, completed_13};
use crate::trust::Fault;
use crate::units::Close;
use crate::wire::x509::Certificate;

const PRIVATE: [Fault; 2] = [Fault::UntrustedIssuer, Fault::IncompleteChain];

fn denver() -> Vec<Certificate> {
    vec![certificate("*.contoso.com", "Denver CA")]
}

fn leaves(handshake: Handshake, number: u64, seconds: i64) -> Handshake {
    handshake.ends(Side::Client, Close::Fin, at(number + 6, seconds))
}

fn tries(times: u64, one: impl Fn(u64, i64) -> Handshake, faults: &[Fault]) -> Story {
    (0..times).fold(Story::new().two_sided(), |story, n| {
        let (number, seconds) = (1 + 20 * n, 3 * i64::try_from(n).unwrap_or(0));
        story.handshake(flow(number), leaves(one(number, seconds), number, seconds), faults)
    })
}

#[test]
fn a_phone_that_does_not_know_the_issuing_ca() {
    let findings = tries(3, |n, s| completed(n, s, denver()), &PRIVATE).findings();
    assert_eq!(ids(&findings), ["tls-fin-after-finished[x509-untrusted x509-incomplete]"]);
    let top = &findings[0];
    assert_eq!((top.severity, top.confidence), (Severity::Error, Confidence::Likely));
    assert_eq!(top.count, 3);
    let said = "10.0.0.5 hangs up on mail.example:443 after the handshake: its issuer \"Denver CA\" is not trusted, nor was it sent";
    assert_eq!(top.title, said);
    assert!(top.remedy.contains("if it is a private root, install it on the client"));
    assert_eq!(top.evidence[0].at.frame.number(), 7);
}

#[test]
fn the_same_client_that_sends_data_elsewhere_makes_it_a_note() {
    let story = tries(1, |n, s| completed(n, s, denver()), &PRIVATE);
    let findings =
        story.pair(|pair| *pair.entry(Success::WithData) = success(at(50, 40))).findings();
    let hung_up = findings.iter().find(|finding| finding.id == ID.id);
    assert_eq!(hung_up.map(|finding| finding.severity), Some(Severity::Note));
}

#[test]
fn a_phone_that_gets_the_root_a_minute_later_has_failed_before() {
    let story = tries(2, |n, s| completed(n, s, denver()), &PRIVATE);
    let findings =
        story.pair(|pair| *pair.entry(Success::WithData) = success(at(50, 64))).findings();
    let hung_up = findings.iter().find(|finding| finding.id == ID.id);
    let told = hung_up.map(|finding| (finding.severity, finding.count));
    assert_eq!(told, Some((Severity::Error, 2)));
}

#[test]
fn a_test_client_with_a_trusted_certificate_is_nothing() {
    let trusted = || vec![certificate("www", "Public CA")];
    assert!(tries(1, |n, s| completed(n, s, trusted()), &[]).findings().is_empty());
}

#[test]
fn repeated_with_a_trusted_certificate_is_possible_only() {
    let trusted = || vec![certificate("www", "Public CA")];
    let findings = tries(3, |n, s| completed(n, s, trusted()), &[]).findings();
    assert_eq!(ids(&findings), ["tls-fin-after-finished"]);
    let grade = (findings[0].severity, findings[0].confidence);
    assert_eq!(grade, (Severity::Warning, Confidence::Possible));
}

#[test]
fn a_monitor_that_comes_every_three_seconds_is_nothing() {
    let trusted = || vec![certificate("www", "Public CA")];
    assert!(tries(12, |n, s| completed(n, s, trusted()), &[]).findings().is_empty());
}

#[test]
fn in_tls_13_repetition_makes_it_an_error() {
    assert!(tries(1, completed_13, &[]).findings().is_empty());
    let findings = tries(3, completed_13, &[]).findings();
    assert_eq!(ids(&findings), ["tls-fin-after-finished"]);
    assert_eq!((findings[0].severity, findings[0].count), (Severity::Error, 3));
    assert_eq!(findings[0].confidence, Confidence::Possible);
}

#[test]
fn in_tls_13_the_certificate_is_learned_from_another_handshake() {
    let story = tries(1, completed_13, &[]).shows(chain(denver()), &PRIVATE, at(90, 50));
    let findings = story.findings();
    assert_eq!(ids(&findings), ["tls-fin-after-finished[x509-untrusted x509-incomplete]"]);
    assert!(findings[0].cause.contains("showed it in packet 90"));
}

#[test]
fn a_server_that_closes_first_is_another_matter() {
    let closed = completed(1, 0, denver()).ends(Side::Server, Close::Fin, at(9, 1));
    let findings = Story::new().two_sided().handshake(flow(1), closed, &PRIVATE).findings();
    assert_eq!(ids(&findings), ["x509-untrusted"]);
}

#[test]
fn a_connection_kept_for_ten_seconds_was_a_spare_one() {
    let spare = completed(1, 0, denver()).ends(Side::Client, Close::Fin, at(9, 10));
    let findings = Story::new().two_sided().handshake(flow(1), spare, &PRIVATE).findings();
    let hung_up = findings.iter().find(|finding| finding.id == ID.id);
    assert_eq!(hung_up.map(|finding| finding.severity), Some(Severity::Note));
}

#[test]
fn a_ca_that_was_public_once_accuses_nobody() {
    let mut old = certificate("www", "GlobalSign");
    old.issuer = "CN=GlobalSign,O=GlobalSign".to_owned();
    let findings = tries(1, |n, s| completed(n, s, vec![old.clone()]), &PRIVATE).findings();
    assert_eq!(ids(&findings), ["x509-untrusted"]);
}
