//! Up to TLS 1.2.

use super::built::*;
use super::*;
use crate::proto::tls::{EndedHow, Outcome};

fn opened() -> Talk {
    let mut talk = Talk::new();
    talk.send(Client, flight(&[client_hello(&[])]));
    talk
}

fn shaken() -> Talk {
    let mut talk = opened();
    talk.send(Server, server_flight12()).send(Client, client_flight12());
    talk.send(Server, end_of_flight12());
    talk
}

#[test]
fn a_full_handshake_is_reported_once_both_sides_have_sent_data() {
    let mut talk = shaken();
    talk.send(Client, data(50));
    assert!(!talk.is_reported(), "the server may still ask for a certificate");
    talk.send(Server, data(5000));
    let (frame, handshake) = talk.handshake();
    assert_eq!((frame, handshake.outcome), (1, Outcome::Completed));
    assert_eq!(handshake.hello.as_ref().unwrap().sni.as_deref(), Some("example.com"));
    let answer = handshake.answer.as_ref().unwrap();
    assert_eq!((answer.version, answer.cipher, answer.group), (0x0303, 0xc02f, Some(23)));
    assert_eq!(answer.scheme, Some(0x0804));
    let steps = handshake.steps;
    assert_eq!(frames(steps.finished), [3, 4]);
    assert_eq!(frames(steps.data), [5, 6]);
    assert_eq!(handshake.ended_by, None);
    assert!(!handshake.resumed && !handshake.incomplete);
    assert!(handshake.key_exchange.is_none(), "nothing to prove");
    let (at, seen) = talk.certificates()[0];
    assert_eq!((at, seen.side, seen.chain.certificates.len()), (2, Server, 2));
    assert_eq!((seen.sni.as_deref(), seen.key_transport), (Some("example.com"), false));
}

#[test]
fn traffic_is_counted_to_the_end_and_its_alert_closes_it() {
    let mut talk = shaken();
    talk.send(Client, data(50)).send(Server, [data(16000), data(16000)].concat());
    talk.send(Client, [data(1), record(21, &[7; 26])].concat()).fin(Client);
    let traffic = talk.ended().unwrap();
    assert_eq!(traffic.data_records, [2, 2]);
    let end = traffic.ended_by.unwrap();
    assert_eq!((end.side, end.how, end.at), (Client, EndedHow::Alert, at(7)));
    let alert = talk.alerts()[0];
    assert_eq!((alert.sender, alert.clear, alert.record_length), (Client, None, 26));
}

#[test]
fn a_client_that_leaves_behind_its_finished_is_one_fact_with_its_end() {
    let mut talk = shaken();
    talk.send(Client, record(21, &[7; 26])).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!((handshake.outcome, handshake.data_records), (Outcome::Completed, [0, 0]));
    let end = handshake.ended_by.unwrap();
    assert_eq!((end.side, end.how, end.at), (Client, EndedHow::Alert, at(5)));
    let other = handshake.ended_other.unwrap();
    assert_eq!((other.side, other.how), (Server, EndedHow::Transport(Close::Fin)));
    assert_eq!(handshake.alerts.len(), 1);
    assert!(talk.ended().is_none());
}

#[test]
fn an_abbreviated_handshake_has_no_certificate() {
    let mut talk = opened();
    let hello = flight(&[server_hello(0x0303, 0xc02f, &[2; 32])]);
    talk.send(Server, [hello, end_of_flight12()].concat()).send(Client, end_of_flight12());
    talk.send(Client, data(9)).send(Server, data(9));
    let (_, handshake) = talk.handshake();
    assert_eq!((handshake.outcome, handshake.resumed), (Outcome::Completed, true));
    assert_eq!(frames(handshake.steps.finished), [3, 2]);
}

#[test]
fn a_ticket_before_the_finished_is_a_message_in_clear() {
    let mut talk = opened();
    talk.send(Server, server_flight12()).send(Client, client_flight12());
    let ticket = flight(&[message(4, &[5; 170])]);
    talk.send(Server, ticket).send(Server, end_of_flight12()).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Completed);
    assert_eq!(frames(handshake.steps.finished), [3, 5]);
    assert!(!handshake.resumed);
}

#[test]
fn a_client_without_certificate_shows_an_empty_chain() {
    let mut talk = opened();
    let flight_with_request = flight(&[
        server_hello(0x0301, 0x002f, &[2; 32]),
        certificate(&[b"leaf"]),
        message(13, &[1, 1, 0, 0]),
        message(14, &[]),
    ]);
    let answer = [flight(&[certificate(&[]), message(16, &[7; 66])]), end_of_flight12()].concat();
    talk.send(Server, flight_with_request).send(Client, answer);
    talk.send(Server, alert(2, 40)).fin(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Failed);
    assert!(handshake.client_chain.as_ref().unwrap().certificates.is_empty());
    assert_eq!(handshake.request.as_ref().unwrap().types, [1]);
    assert_eq!(frame(handshake.steps.client_certificate), 3);
    assert_eq!(frame(handshake.steps.certificate_request), 2);
    let [(_, seen)] = talk.certificates()[..] else { panic!("the empty one is no fact") };
    assert!(seen.key_transport, "TLS_RSA_WITH_AES_128_CBC_SHA");
}

#[test]
fn renegotiation_behind_the_first_request_belongs_to_the_handshake() {
    let mut talk = shaken();
    talk.send(Client, data(80)).send(Server, record(22, &[8; 28])).fin(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Completed);
    assert_eq!(handshake.steps.renegotiation, Some((Server, at(6))));
    assert_eq!(handshake.data_records, [1, 0]);
}

#[test]
fn an_sslv2_hello_is_answered_in_tls() {
    let specs = [0, 0, 0x2f, 1, 0, 0x80];
    let head = [0x80, 9 + 6 + 16, 1, 3, 1, 0, 6, 0, 0, 0, 16];
    let mut talk = Talk::new();
    talk.send(Client, [&head[..], &specs, &[3; 16]].concat());
    talk.send(Server, server_flight12()).send(Client, alert(2, 48)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert!(handshake.hello.as_ref().unwrap().sslv2);
    assert_eq!(frame(handshake.steps.client_hello), 1);
    assert_eq!(handshake.outcome, Outcome::Failed);
    let exchange = handshake.key_exchange.as_ref().expect("kept for proof");
    assert_eq!((exchange.server_random, exchange.signature.len()), ([2; 32], 2));
}

#[test]
fn tls_roles_may_run_against_tcp_roles() {
    let mut talk = Talk::new();
    talk.send(Server, flight(&[client_hello(&[])])).send(Client, server_flight12());
    talk.send(Server, alert(2, 48)).fin(Server);
    let (_, handshake) = talk.handshake();
    assert!(handshake.reversed);
    assert_eq!(handshake.alerts[0].sender, Server);
    assert_eq!(talk.certificates()[0].1.side, Server, "as a party of TLS");
}
