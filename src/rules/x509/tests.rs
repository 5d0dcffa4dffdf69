//! Stories about certificates.

use super::*;
use crate::facts::ChainSeen;
use crate::rules::testing::{CLIENT, SERVER, Story, at, certificate, ids};
use crate::trust::Verdict;
use crate::wire::x509::{Certificate, Chain};
use std::sync::Arc;

/// The server showed `certificates`, which have these faults at the leaf.
fn shown(certificates: Vec<Certificate>, faults: &[Fault], remarks: &[Remark]) -> Story {
    let certificates = certificates.into_iter().map(Arc::new).collect();
    let chain = Chain { id: 1, certificates, ..Chain::default() };
    let verdict = Verdict {
        faults: faults.to_vec(),
        judged: true,
        at: faults.iter().map(|_| 0).collect(),
        remarks: remarks.to_vec(),
    };
    let mismatch = faults.contains(&Fault::NameMismatch);
    let seen = ChainSeen {
        chain: Arc::new(chain),
        verdict: Arc::new(verdict),
        first: at(4, 0),
        last: at(90, 50),
        count: 3,
        mismatch: mismatch.then(|| ("mail.example".into(), at(5, 0))),
        sni: Some("mail.example".into()),
        clients: vec![CLIENT],
    };
    Story::new().with(|facts| {
        facts.servers.entry(SERVER).or_default().chains.push(seen);
    })
}

#[test]
fn a_trusted_chain_is_nothing() {
    assert!(shown(vec![certificate("www", "Public CA")], &[], &[]).findings().is_empty());
}

#[test]
fn a_private_ca_in_a_healthy_session_is_a_note() {
    let faults = [Fault::UntrustedIssuer, Fault::IncompleteChain];
    let findings = shown(vec![certificate("*.contoso.com", "Denver CA")], &faults, &[]).findings();
    assert_eq!(ids(&findings), ["x509-untrusted"]);
    assert_eq!(findings[0].severity, Severity::Note);
    let title = "mail.example:443: its issuer \"Denver CA\" is not trusted, nor was it sent";
    assert_eq!(findings[0].title, title);
    assert!(findings[0].remedy.starts_with("If \"Denver CA\" is an intermediate"));
    assert_eq!((findings[0].count, findings[0].evidence[0].at.frame.number()), (3, 4));
}

#[test]
fn a_root_that_mozilla_has_retired_is_no_private_ca() {
    let mut leaf = certificate("www", "Baltimore CyberTrust Root");
    leaf.issuer = "CN=Baltimore CyberTrust Root,O=Baltimore".to_owned();
    let faults = [Fault::UntrustedIssuer, Fault::IncompleteChain];
    let findings = shown(vec![leaf], &faults, &[]).findings();
    assert_eq!(ids(&findings), ["x509-untrusted"]);
    assert!(findings[0].cause.contains("once a public CA"), "{}", findings[0].cause);
    assert!(!findings[0].remedy.contains("Install the root"), "{}", findings[0].remedy);
}

#[test]
fn a_chain_that_lacks_its_root_only_is_complete() {
    let sent = vec![certificate("www", "Contoso Issuing"), certificate("Contoso Issuing", "Root")];
    let faults = [Fault::UntrustedIssuer, Fault::IncompleteChain];
    assert_eq!(ids(&shown(sent, &faults, &[]).findings()), ["x509-untrusted"]);
}

#[test]
fn a_name_in_the_subject_alone_is_said_so() {
    let leaf = certificate("mail.example", "Public CA");
    let findings = shown(vec![leaf], &[Fault::NameMismatch], &[]).findings();
    assert!(findings[0].title.contains("only as common name"), "{}", findings[0].title);
}

#[test]
fn a_missing_intermediate_of_a_public_ca_is_a_warning() {
    let mut leaf = certificate("www", "Public CA 3");
    leaf.ca_issuers = vec!["http://ca.example/3.crt".to_owned()];
    leaf.crl = vec!["http://ca.example/3.crl".to_owned()];
    let faults = [Fault::UntrustedIssuer, Fault::IncompleteChain];
    let findings = shown(vec![leaf], &faults, &[]).findings();
    assert_eq!(ids(&findings), ["x509-incomplete"]);
    assert_eq!(findings[0].severity, Severity::Warning);
    assert!(findings[0].remedy.contains("http://ca.example/3.crt"));
}

#[test]
fn both_dates_and_both_names_are_shown() {
    let mut leaf = certificate("www.example", "Public CA");
    leaf.not_after = 1_286_702_303;
    leaf.dns_names = vec!["www.example".to_owned()];
    let findings = shown(vec![leaf], &[Fault::Expired, Fault::NameMismatch], &[]).findings();
    assert_eq!(ids(&findings), ["x509-expired", "x509-name"]);
    assert!(findings[0].cause.contains("until 2010-10-10 09:18:23 UTC"));
    assert!(findings[0].cause.contains("from 2026-01-01 00:00:00 UTC"));
    assert!(
        findings[1].title.ends_with("asked for mail.example, its certificate is for www.example")
    );
    assert_eq!(findings[1].evidence[0].at.frame.number(), 5);
}

#[test]
fn a_capture_from_1970_blames_its_clock() {
    let mut story = shown(vec![certificate("www", "Public CA")], &[Fault::NotYetValid], &[]);
    story = story.with(|facts| {
        let chains = &mut facts.servers.get_mut(&SERVER).unwrap().chains;
        chains.first_mut().unwrap().first.time = crate::units::Time(1_000_000_000);
    });
    let findings = story.findings();
    assert_eq!(findings[0].severity, Severity::Note);
    assert!(findings[0].title.ends_with("the capture clock reads 1970-01-01"));
}

#[test]
fn a_client_whose_clock_is_behind_finds_a_certificate_not_yet_valid() {
    let story = shown(vec![certificate("www", "Public CA")], &[Fault::NotYetValid], &[]);
    let others = [[192, 0, 2, 20], [192, 0, 2, 21]].map(std::net::IpAddr::from);
    let story = others.into_iter().fold(story, |story, host| story.clock(host, 86_400 * 400));
    let findings = story.clock(CLIENT, 0).findings();
    assert_eq!(ids(&findings), ["x509-not-yet-valid[clock-skew]"]);
    let skew = &findings[0].related[0];
    assert_eq!(skew.title, "The clock of 10.0.0.5 is 400 days behind those of 2 other hosts");
}

#[test]
fn weak_key_and_weak_signature_are_one_finding() {
    let mut leaf = certificate("www", "Old CA");
    leaf.key = "RSA 1024".to_owned();
    leaf.signature = "sha1WithRSAEncryption".to_owned();
    let findings = shown(vec![leaf], &[Fault::WeakKey, Fault::WeakSignature], &[]).findings();
    assert_eq!(ids(&findings), ["x509-weak"]);
    assert!(findings[0].cause.contains("RSA 1024"));
}

#[test]
fn a_root_too_many_is_a_note_a_stranger_a_warning() {
    let root = || certificate("Public CA", "Public CA");
    let with_root = vec![certificate("www", "Public CA"), root()];
    let findings = shown(with_root, &[], &[Remark::Extra]).findings();
    assert_eq!((findings[0].id, findings[0].severity), ("x509-extra", Severity::Note));
    let stranger = vec![certificate("www", "Public CA"), certificate("Other", "Somebody"), root()];
    let findings = shown(stranger, &[], &[Remark::Extra]).findings();
    assert_eq!(findings[0].severity, Severity::Warning);
}

#[test]
fn remarks_have_their_ids() {
    let chain = || vec![certificate("www", "Public CA"), certificate("Public CA", "Root")];
    let ids_of = |remark| ids(&shown(chain(), &[], &[remark]).findings());
    assert_eq!(ids_of(Remark::OutOfOrder), ["x509-order"]);
    assert_eq!(ids_of(Remark::LongLifetime), ["x509-lifetime"]);
}
