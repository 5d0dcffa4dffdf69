//! Stories about handshakes that break off without a word.

use crate::finding::Confidence;
use crate::proto::tls::{Alert, Handshake};
use crate::rules::testing::{Story, at, certificate, flow, ids};
use crate::rules::testing_tls::{
    Then, answered, completed, completed_13, flight, flight_13, hello,
};
use crate::trust::Fault;
use crate::units::Close::{Fin, Reset, Silence};
use crate::units::Side::{Client, Server};
use smallvec::smallvec;

fn story(handshake: Handshake, faults: &[Fault]) -> Story {
    Story::new().two_sided().capture_until(120).handshake(flow(1), handshake, faults)
}

fn trusted() -> Vec<crate::wire::x509::Certificate> {
    vec![certificate("www", "Public CA")]
}

#[test]
fn a_server_without_certificate_resets_at_the_hello() {
    let findings = story(hello(4, 0).ends(Server, Reset, at(5, 0)), &[]).findings();
    assert_eq!(ids(&findings), ["tls-end-1s"]);
    assert_eq!(findings[0].confidence, Confidence::Likely);
    assert!(findings[0].remedy.contains("36870"));
}

#[test]
fn a_close_at_the_hello_is_explained_by_the_offer() {
    let story = story(hello(4, 0).ends(Server, Fin, at(5, 0)), &[]).server(|server| {
        *server.versions.entry(0x0304) = 2;
    });
    assert_eq!(ids(&story.findings()), ["tls-end-1s[tls-no-version]"]);
}

#[test]
fn a_large_hello_that_is_never_answered() {
    let mut large = hello(4, 0).ends(Client, Silence, at(6, 40));
    if let Some(hello) = &mut large.hello {
        hello.length = 1_750;
        hello.key_shares = vec![0x11ec];
    }
    let story = story(large, &[]).server(|server| server.hello_length_max = 517);
    let findings = story.findings();
    assert_eq!(ids(&findings), ["tls-end-1t[tls-big-hello]"]);
    assert!(findings[0].cause.contains("X25519MLKEM768"), "{}", findings[0].cause);
}

#[test]
fn silence_needs_a_capture_that_goes_on() {
    let silent = hello(4, 0).ends(Client, Silence, at(6, 40));
    let short = Story::new().two_sided().capture_until(10).handshake(flow(1), silent, &[]);
    assert!(short.findings().is_empty());
    let mut one_sided = hello(4, 0).ends(Client, Silence, at(6, 40));
    one_sided.two_sided = false;
    assert!(story(one_sided, &[]).findings().is_empty());
}

#[test]
fn a_client_that_gives_up_at_once_did_not_wait() {
    assert!(story(hello(4, 0).ends(Client, Fin, at(5, 1)), &[]).findings().is_empty());
    let patient = hello(4, 0).ends(Client, Fin, at(5, 20));
    assert_eq!(ids(&story(patient, &[]).findings()), ["tls-end-1t"]);
}

#[test]
fn the_certificate_flight_breaks_off() {
    let mut broken = flight(4, 0, trusted()).ends(Server, Reset, at(9, 3));
    broken.steps.server_hello_done = None;
    broken.steps.certificate = None;
    broken.server_chain = None;
    assert_eq!(ids(&story(broken, &[]).findings()), ["tls-end-2"]);
}

#[test]
fn a_client_that_leaves_at_a_faulty_certificate() {
    let left = flight(4, 0, vec![certificate("www", "Denver CA")]).ends(Client, Fin, at(7, 0));
    let findings = story(left, &[Fault::UntrustedIssuer]).findings();
    assert_eq!(ids(&findings), ["tls-end-3c[x509-untrusted]"]);
    assert_eq!(findings[0].confidence, Confidence::Likely);
    let left = flight(4, 0, trusted()).ends(Client, Fin, at(7, 0));
    assert_eq!(story(left, &[]).findings()[0].confidence, Confidence::Possible);
}

#[test]
fn a_server_that_leaves_at_the_clients_finished() {
    let left = answered(4, 0, trusted()).ends(Server, Reset, at(9, 0));
    assert_eq!(ids(&story(left, &[]).findings()), ["tls-end-4s"]);
}

#[test]
fn renegotiation_on_the_first_request() {
    let mut asked = completed(4, 0, trusted()).ends(Server, Fin, at(15, 1));
    asked.data_records = [1, 0];
    asked.steps.renegotiation = Some((Server, at(14, 1)));
    assert_eq!(ids(&story(asked, &[]).findings()), ["tls-end-6s"]);
}

#[test]
fn an_encrypted_alert_instead_of_the_finished() {
    let mut refused = answered(4, 0, trusted()).ends(Client, Fin, at(10, 0));
    refused.steps.finished = [None, Some(at(8, 0))];
    refused.resumed = true;
    refused.alerts =
        smallvec![Alert { sender: Client, at: at(9, 0), clear: None, record_length: 26 }];
    let findings = story(refused, &[]).findings();
    assert_eq!(findings[0].id, "tls-encrypted-alert");
    assert!(findings[0].cause.contains("its 26 bytes are those of an alert in this suite"));
}

#[test]
fn a_tls_13_client_that_answers_with_an_alert() {
    let refused = flight_13(4, 0).hint(Client, at(7, 0)).ends(Client, Fin, at(8, 0));
    let findings = story(refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls13-client-reject"]);
}

#[test]
fn a_tls_13_server_that_misses_the_clients_certificate() {
    let mut refused = completed_13(4, 0).hint(Server, at(10, 0)).ends(Server, Fin, at(11, 0));
    refused.encrypted_lengths = [smallvec![25, 53], smallvec![27, 40, 900]];
    let findings = story(refused, &[]).findings();
    assert_eq!(ids(&findings), ["tls13-server-reject[mtls-empty]"]);
    assert_eq!(findings[0].confidence, Confidence::Likely);
}

#[test]
fn a_tls_13_server_without_tickets_that_is_left_is_no_refusal() {
    let mut left = completed_13(4, 0).ends(Client, Fin, at(9, 0)).hint(Server, at(10, 0));
    left.encrypted_lengths = [smallvec![53], smallvec![27, 900]];
    assert!(story(left, &[]).findings().is_empty());
}

#[test]
fn a_client_that_was_gone_before_the_answer_did_not_see_it() {
    let gone = flight(4, 0, trusted()).ends(Client, Fin, at(5, 0));
    let findings = story(gone, &[Fault::Expired]).findings();
    assert!(findings.iter().all(|finding| finding.id != "tls-end-3c"), "{:?}", ids(&findings));
}
