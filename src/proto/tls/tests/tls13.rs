//! TLS 1.3, where place and size are all there is.

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
    talk.send(Server, server_flight13()).send(Client, client_finished13());
    talk
}

#[test]
fn a_full_handshake_with_data() {
    let mut talk = shaken();
    talk.send(Server, [data(250), data(250)].concat()).send(Client, data(100));
    let (frame, handshake) = talk.handshake();
    assert_eq!((frame, handshake.outcome), (1, Outcome::Completed));
    assert_eq!(handshake.answer.as_ref().unwrap().version, 0x0304);
    assert_eq!(frames(handshake.steps.finished), [3, 2]);
    assert_eq!(frames(handshake.steps.data), [5, 4], "tickets cannot be told from data");
    assert_eq!(
        handshake.encrypted_lengths.each_ref().map(|lengths| &lengths[..]),
        [&[53, 100][..], &[27, 900, 281, 53, 250, 250]]
    );
    assert!(!handshake.resumed);
}

#[test]
fn close_notify_behind_finished_is_a_hint_and_no_data() {
    let mut talk = shaken();
    talk.send(Client, data(19)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!((handshake.outcome, handshake.data_records), (Outcome::Completed, [0, 0]));
    assert_eq!(handshake.hints.len(), 1);
    let hint = talk.hints()[0];
    assert_eq!((hint.sender, hint.at, hint.record_length), (Client, at(4), 19));
    assert_eq!(handshake.ended_by.unwrap().how, EndedHow::Transport(Close::Fin));
}

#[test]
fn a_short_message_is_data_when_more_follows() {
    let mut talk = shaken();
    talk.send(Client, data(19)).send(Client, data(40)).send(Server, data(300)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.data_records, [2, 1]);
    assert!(talk.hints().is_empty() && handshake.hints.is_empty());
}

#[test]
fn a_client_that_rejects_the_certificate_without_a_word_in_clear() {
    let mut talk = opened();
    talk.send(Server, server_flight13()).send(Client, [change_cipher_spec(), data(19)].concat());
    talk.fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Failed);
    assert_eq!((handshake.hints.len(), &handshake.encrypted_lengths[0][..]), (1, &[19][..]));
    assert_eq!(handshake.steps.finished[0], None);
}

#[test]
fn an_alert_in_clear_behind_the_server_hello() {
    let mut talk = opened();
    talk.send(Server, server_flight13()).send(Client, alert(2, 48)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Failed);
    assert_eq!(handshake.alerts[0].clear, Some((2, 48)));
    assert_eq!(handshake.ended_by.unwrap().how, EndedHow::Alert);
}

#[test]
fn a_server_that_refuses_the_client_behind_its_first_request() {
    let mut talk = opened();
    let flight = [change_cipher_spec(), data(25), data(53)].concat();
    talk.send(Server, server_flight13()).send(Client, flight);
    talk.send(Client, data(80)).send(Server, data(19)).fin(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!((handshake.outcome, handshake.data_records), (Outcome::Completed, [1, 0]));
    assert_eq!(handshake.encrypted_lengths[0][..], [25, 53, 80]);
    assert_eq!(handshake.hints[0].sender, Server);
    assert_eq!(handshake.ended_by.unwrap().side, Server);
}

#[test]
fn a_finished_coalesced_with_a_certificate_is_found_by_place() {
    let mut talk = opened();
    talk.send(Server, server_flight13()).send(Client, data(1700));
    talk.send(Client, data(80)).send(Server, data(400));
    let (_, handshake) = talk.handshake();
    assert_eq!(frames(handshake.steps.finished), [3, 2]);
    assert_eq!(frames(handshake.steps.data), [4, 5]);
    assert_eq!(handshake.data_records, [1, 1]);
}

#[test]
fn a_hello_retry_request_costs_a_round_trip() {
    let mut talk = opened();
    let retry = flight(&[server_hello(0x0304, 0x1301, &RETRY)]);
    talk.send(Server, [retry, change_cipher_spec()].concat());
    let again = flight(&[client_hello(&[])]);
    talk.send(Client, [change_cipher_spec(), again].concat());
    talk.send(Server, server_flight13()).send(Client, data(53));
    talk.send(Client, data(70)).send(Server, data(70));
    let (frame_number, handshake) = talk.handshake();
    let steps = handshake.steps;
    assert_eq!((frame_number, frame(steps.second_client_hello)), (1, 3));
    assert_eq!((frame(steps.hello_retry), frame(steps.server_hello)), (2, 2));
    assert_eq!((handshake.retries, handshake.outcome), (1, Outcome::Completed));
    assert_eq!(frames(steps.finished), [5, 4]);
}

#[test]
fn early_data_is_no_answer_to_the_server() {
    let mut talk = Talk::new();
    talk.send(Client, flight(&[client_hello(&[(42, &[])])]));
    talk.send(Client, [change_cipher_spec(), data(500)].concat());
    let hello = flight(&[server_hello(0x0304, 0x1301, &[2; 32])]);
    talk.send(Server, [hello, change_cipher_spec(), data(33), data(53)].concat());
    talk.send(Client, [data(21), data(53)].concat()).send(Server, data(900));
    talk.send(Client, data(60)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(frames(handshake.steps.finished), [4, 3]);
    assert_eq!(handshake.data_records, [1, 1]);
}

#[test]
fn the_jdk_pads_its_records() {
    let mut talk = opened();
    talk.send(Server, server_flight13()).send(Client, [change_cipher_spec(), data(35)].concat());
    talk.fin(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!((handshake.outcome, handshake.hints.len()), (Outcome::Failed, 1), "its alert");

    let mut talk = opened();
    let hello = flight(&[server_hello(0x0304, 0x1302, &[2; 32])]);
    let server = [hello, change_cipher_spec(), data(65), data(900), data(297), data(85)].concat();
    talk.send(Server, server).send(Client, [data(25), data(69)].concat());
    talk.send(Client, data(80)).send(Server, data(35)).fin(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!(frames(handshake.steps.finished), [3, 2]);
    assert_eq!(handshake.hints[0].sender, Server);
    assert_eq!(handshake.data_records, [1, 0]);
}

#[test]
fn who_does_not_pad_sends_data_of_the_padded_size() {
    let mut talk = shaken();
    talk.send(Client, data(35)).send(Server, data(35)).fin(Client);
    assert_eq!(talk.handshake().1.data_records, [1, 1]);
    assert!(talk.hints().is_empty());
}
