//! Stories about alerts: the alert on top, what names its cause below it.

use crate::facts::Success;
use crate::finding::{Confidence, Severity};
use crate::rules::testing::{Story, at, certificate, flow, ids, success};
use crate::rules::testing_tls::{NAME, Then, answered, chain, flight, flight_13, hello};
use crate::trust::Fault;
use crate::units::Side::{Client, Server};
use crate::wire::tls::CertificateRequest;

const PRIVATE: [Fault; 2] = [Fault::UntrustedIssuer, Fault::IncompleteChain];

fn denver() -> Vec<crate::wire::x509::Certificate> {
    vec![certificate("*.contoso.com", "Denver CA")]
}

#[test]
fn unknown_ca_names_the_issuer() {
    let refused = flight(4, 0, denver()).alert(Client, 48, at(7, 0));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &PRIVATE).findings();
    assert_eq!(ids(&findings), ["tls-alert-unknown-ca[x509-untrusted x509-incomplete]"]);
    let top = &findings[0];
    assert_eq!((top.severity, top.confidence), (Severity::Error, Confidence::Certain));
    let title = "10.0.0.5 refuses mail.example:443: its issuer \"Denver CA\" is not trusted, nor was it sent (alert 48)";
    assert_eq!(top.title, title);
    assert_eq!(top.evidence[0].at.frame.number(), 7);
    assert_eq!((top.codes[0].code, &*top.codes[0].name), (48, "unknown_ca"));
    assert!(top.remedy.contains("36887") && top.remedy.contains("36888"));
    assert_eq!(top.service.as_deref(), Some(NAME));
}

#[test]
fn bad_certificate_with_an_expired_one_is_expired() {
    let mut leaf = certificate("www", "Public CA");
    leaf.not_after = 1_286_702_303;
    let refused = flight(4, 0, vec![leaf]).alert(Client, 46, at(7, 0));
    let story = Story::new().two_sided().handshake(flow(1), refused, &[Fault::Expired]);
    let findings = story.findings();
    assert_eq!(ids(&findings), ["tls-alert-certificate-unknown[x509-expired]"]);
    assert!(findings[0].title.contains("expired on 2010-10-10"));
}

#[test]
fn bad_certificate_prefers_the_name_to_the_issuer() {
    let mut leaf = certificate("www", "Denver CA");
    leaf.dns_names = vec!["www.example".to_owned()];
    let refused = flight(4, 0, vec![leaf]).alert(Client, 42, at(7, 0));
    let faults = [Fault::UntrustedIssuer, Fault::NameMismatch];
    let findings = Story::new().two_sided().handshake(flow(1), refused, &faults).findings();
    assert!(
        findings[0].title.contains("asked for mail.example, its certificate is for www.example")
    );
    assert!(findings[0].cause.contains("Besides, its issuer \"Denver CA\" is not trusted."));
}

#[test]
fn bad_certificate_is_what_the_certificate_proves_before_the_issuer() {
    let mut weak = certificate("www", "Denver CA");
    weak.signature = "sha1WithRSAEncryption".to_owned();
    let refused = flight(4, 0, vec![weak]).alert(Client, 42, at(7, 0));
    let faults = [Fault::UntrustedIssuer, Fault::WeakSignature];
    let findings = Story::new().two_sided().handshake(flow(1), refused, &faults).findings();
    assert!(findings[0].title.contains("is signed with sha1"), "{}", findings[0].title);
    assert!(findings[0].remedy.contains("SHA-256"), "{}", findings[0].remedy);
}

#[test]
fn a_certificate_without_fault_leaves_the_clients_own_roots() {
    let refused = flight(4, 0, vec![certificate("www", "CA")]).alert(Client, 48, at(7, 0));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-unknown-ca"]);
    assert!(findings[0].cause.contains("the client has other roots"));
}

#[test]
fn in_tls_13_the_certificate_is_learned_from_another_handshake() {
    let refused = flight_13(14, 9).alert(Client, 48, at(17, 9));
    let story = Story::new().two_sided().shows(chain(denver()), &PRIVATE, at(5, 0));
    let findings = story.handshake(flow(11), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-unknown-ca[x509-untrusted x509-incomplete]"]);
    assert!(findings[0].cause.contains("showed it in packet 5"));
}

#[test]
fn protocol_version_shows_both_lists() {
    let refused = hello(4, 0).alert(Server, 70, at(5, 0));
    let story = Story::new().two_sided().server(|server| {
        *server.versions.entry(0x0304) = 3;
    });
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-protocol-version[tls-no-version]"]);
    assert!(findings[0].cause.contains("offers TLS 1.2"), "{}", findings[0].cause);
    assert!(findings[0].cause.contains("elsewhere in this capture it chose TLS 1.3"));
}

#[test]
fn handshake_failure_at_the_hello_is_the_cipher_suites() {
    let refused = hello(4, 0).alert(Server, 40, at(5, 0));
    let story = Story::new().two_sided().server(|server| {
        *server.versions.entry(0x0303) = 1;
        *server.ciphers.entry(0xc02b) = 1;
    });
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-handshake-failure[tls-no-cipher]"]);
    assert!(findings[0].cause.contains("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"));
    assert!(findings[0].cause.contains("it chose TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256"));
}

#[test]
fn groups_that_do_not_meet() {
    let refused = hello(4, 0).alert(Server, 40, at(5, 0));
    let story = Story::new().two_sided().server(|server| {
        *server.versions.entry(0x0303) = 1;
        *server.ciphers.entry(0xc02f) = 1;
        *server.groups.entry(0x0019) = 1;
    });
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-handshake-failure[tls-no-group]"]);
}

#[test]
fn no_application_protocol_names_the_offer() {
    let mut offered = hello(4, 0).alert(Server, 120, at(5, 0));
    if let Some(hello) = &mut offered.hello {
        hello.alpn = vec!["h2".into()];
    }
    let findings = Story::new().two_sided().handshake(flow(1), offered, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-no-application-protocol[tls-alpn]"]);
    assert!(findings[0].title.contains("client offers h2"));
}

#[test]
fn an_empty_client_certificate_and_alert_40() {
    let mut refused = answered(4, 0, vec![certificate("www", "CA")]).alert(Server, 40, at(9, 0));
    refused.client_chain = Some(chain(Vec::new()));
    refused.steps.client_certificate = Some(at(8, 0));
    let authorities = vec!["CN=Staff CA".to_owned()];
    refused.request = Some(Box::new(CertificateRequest { authorities, ..Default::default() }));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-handshake-failure[mtls-empty]"]);
    assert!(findings[0].cause.contains("It accepts certificates of \"Staff CA\""));
}

#[test]
fn a_client_certificate_of_another_issuer() {
    let mut refused = answered(4, 0, vec![certificate("www", "CA")]).alert(Server, 48, at(9, 0));
    refused.client_chain = Some(chain(vec![certificate("alice", "Other CA")]));
    refused.steps.client_certificate = Some(at(8, 0));
    let authorities = vec!["CN=Staff CA".to_owned()];
    refused.request = Some(Box::new(CertificateRequest { authorities, ..Default::default() }));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-unknown-ca[mtls-untrusted]"]);
    assert!(findings[0].title.starts_with("mail.example:443 refuses 10.0.0.5"));
    assert!(findings[0].cause.contains("not among those that the server accepts: \"Staff CA\""));
}

#[test]
fn a_client_signature_that_does_not_verify() {
    let mut refused = answered(4, 0, vec![certificate("www", "CA")]).alert(Server, 51, at(9, 0));
    refused.client_chain = Some(chain(vec![certificate("alice", "Staff CA")]));
    refused.steps.client_certificate = Some(at(8, 0));
    refused.steps.certificate_verify = Some(at(8, 0));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-decrypt-error[mtls-badsig]"]);
}

#[test]
fn a_private_key_that_is_not_the_certificates() {
    let mut refused = flight(4, 0, vec![certificate("www", "CA")]).alert(Client, 51, at(7, 0));
    refused.key_exchange_verified = Some(false);
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-decrypt-error[x509-keymismatch]"]);
}

#[test]
fn a_hello_retry_for_a_group_that_was_not_offered() {
    let mut refused = hello(4, 0).alert(Client, 47, at(7, 0));
    refused.retries = 1;
    refused.retry_group = Some(0x0019);
    refused.steps.hello_retry = Some(at(5, 0));
    refused.steps.server_hello = Some(at(5, 0));
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-illegal-parameter[tls-hrr-loop]"]);
    assert!(findings[0].cause.contains("secp521r1"));
}

#[test]
fn old_renegotiation_refused_by_openssl() {
    let mut refused = flight(4, 0, vec![certificate("www", "CA")]).alert(Client, 40, at(7, 0));
    if let Some(answer) = &mut refused.answer {
        answer.secure_renegotiation = false;
    }
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-handshake-failure[tls-legacy-renegotiation]"]);
}

#[test]
fn the_downgrade_mark_explains_alert_47() {
    let mut refused = flight(4, 0, vec![certificate("www", "CA")]).alert(Client, 47, at(7, 0));
    if let (Some(hello), Some(answer)) = (&mut refused.hello, &mut refused.answer) {
        hello.versions = vec![0x0304, 0x0303];
        answer.sentinel = Some(0x0303);
    }
    let findings = Story::new().two_sided().handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-illegal-parameter[tls-downgrade]"]);
}

#[test]
fn a_name_that_the_server_does_not_have() {
    let refused = hello(4, 0).alert(Server, 112, at(5, 0));
    let story = Story::new().two_sided().server(|server| {
        *server.names.entry("www.example".to_owned()) = 2;
    });
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-unrecognized-name[tls-sni]"]);
    assert!(findings[0].cause.contains("it answers to www.example"));
}

#[test]
fn resumption_fails_where_full_handshakes_succeed() {
    let mut refused = hello(4, 0).alert(Server, 20, at(6, 0));
    refused.resumed = true;
    let story = Story::new().two_sided().server(|server| server.full = 4);
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls-alert-bad-record-mac[tls-resumption-failed]"]);
}

#[test]
fn close_notify_and_harmless_warnings_are_no_error() {
    let mut warned = hello(4, 0).alert(Server, 112, at(5, 0));
    warned.alerts[0].clear = Some((1, 112));
    assert!(Story::new().two_sided().handshake(flow(1), warned, &[]).findings().is_empty());
    let polite = hello(4, 0).alert(Client, 0, at(5, 0));
    assert!(Story::new().two_sided().handshake(flow(1), polite, &[]).findings().is_empty());
}

#[test]
fn what_the_client_got_over_within_seconds_is_a_note() {
    let refused = hello(4, 0).alert(Server, 40, at(5, 0));
    let story =
        Story::new().two_sided().pair(|pair| *pair.entry(Success::Completed) = success(at(20, 1)));
    let story = story.server(|server| {
        *server.names.entry(NAME.to_owned()) = 1;
    });
    let findings = story.handshake(flow(1), refused, &[]).findings();
    assert_eq!(findings[0].severity, Severity::Note);
    assert!(findings[0].cause.contains("Recovered by another handshake"));
}

#[test]
fn all_numbers_of_the_registry_have_a_row() {
    let mut codes: Vec<u8> = super::ROWS.iter().map(|row| row.code).collect();
    codes.dedup();
    assert_eq!(codes.len(), super::COUNT);
    assert!(super::ROWS.iter().all(|row| row.id.id.starts_with("tls-alert-")));
    for row in &super::ROWS {
        let name = crate::codes::alert_name(row.code).replace('_', "-");
        assert_eq!(row.id.id, format!("tls-alert-{name}"), "{}", row.code);
    }
}

#[test]
fn a_client_from_last_year_refuses_a_certificate_of_this_one() {
    use crate::rules::testing::{CLIENT, SERVER};
    let refused = flight(4, 0, vec![certificate("www", "Public CA")]).alert(Client, 42, at(7, 0));
    let story = Story::new().two_sided().handshake(flow(1), refused, &[]);
    let findings = story.clock(CLIENT, -86_400 * 365).clock(SERVER.addr, 0).findings();
    assert_eq!(ids(&findings), ["tls-alert-bad-certificate[clock-skew]"]);
    let top = &findings[0];
    let words =
        "The clock of 10.0.0.5 reads 2025-01-01 00:00:00 UTC, 365 days behind that of the capture";
    assert!(top.cause.contains(words), "{}", top.cause);
}
