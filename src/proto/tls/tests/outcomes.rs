//! How handshakes come out.

use super::built::*;
use super::*;
use crate::proto::looks::Looks;
use crate::proto::tls::{EndedHow, Outcome};

fn opened() -> Talk {
    let mut talk = Talk::new();
    talk.send(Client, flight(&[client_hello(&[])]));
    talk
}

#[test]
fn a_server_without_certificate_resets() {
    let mut talk = opened();
    talk.reset(Server);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Failed);
    let end = handshake.ended_by.unwrap();
    assert_eq!((end.side, end.how), (Server, EndedHow::Transport(Close::Reset)));
    assert_eq!(handshake.ended_other, None, "the client was ended, it did not end");
    assert_eq!(handshake.last_record, Some((Client, at(1))));
}

#[test]
fn silence_is_abandoned_and_the_end_of_the_capture_is_unknown() {
    for (how, outcome) in
        [(Close::Silence, Outcome::Abandoned), (Close::CaptureEnd, Outcome::Unknown)]
    {
        let mut talk = opened();
        talk.send(Server, server_flight12()).end(Client, how).end(Server, how);
        let (_, handshake) = talk.handshake();
        assert_eq!(handshake.outcome, outcome);
        assert_eq!(handshake.ended_by.unwrap().how, EndedHow::Transport(how));
    }
}

#[test]
fn a_warning_about_the_name_ends_nothing() {
    let mut talk = opened();
    talk.send(Server, [alert(1, 112), server_flight12()].concat());
    talk.send(Client, client_flight12()).send(Server, end_of_flight12()).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Completed);
    assert_eq!(handshake.ended_by.unwrap().how, EndedHow::Transport(Close::Fin));
    assert_eq!(handshake.alerts[0].clear, Some((1, 112)));
}

#[test]
fn an_encrypted_warning_ends_nothing_when_its_sender_goes_on() {
    let mut talk = opened();
    talk.send(Server, server_flight12()).send(Client, client_flight12());
    talk.send(Server, end_of_flight12()).send(Client, record(21, &[7; 26]));
    talk.send(Client, data(30)).fin(Server);
    let end = talk.handshake().1.ended_by.unwrap();
    assert_eq!((end.side, end.how), (Server, EndedHow::Transport(Close::Fin)));
}

#[test]
fn a_fatal_alert_counts_more_than_the_silence_behind_it() {
    let mut talk = opened();
    talk.send(Server, alert(2, 40)).end(Client, Close::CaptureEnd).end(Server, Close::CaptureEnd);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.outcome, Outcome::Failed);
    assert_eq!(handshake.ended_by.unwrap().how, EndedHow::Alert);
}

#[test]
fn a_server_that_does_not_speak_tls() {
    let mut talk = opened();
    talk.send(Server, b"HTTP/1.1 400 Bad Request\r\n\r\n").fin(Server);
    let (_, handshake) = talk.handshake();
    let seen = handshake.not_tls.unwrap();
    assert_eq!((seen.side, seen.at, seen.looks), (Server, at(2), Looks::Http));
    assert_eq!(handshake.outcome, Outcome::Failed);
}

#[test]
fn one_direction_alone_fails_nobody() {
    let mut talk = opened();
    talk.two_sided = false;
    talk.send(Client, client_flight12()).fin(Client);
    assert_eq!(talk.handshake().1.outcome, Outcome::Unknown);
}

#[test]
fn a_downgrade_leaves_its_mark() {
    let mut random = [2; 32];
    random[24..].copy_from_slice(b"DOWNGRD\x01");
    let mut talk = opened();
    talk.send(Server, flight(&[server_hello(0x0303, 0xc02f, &random)])).fin(Client);
    assert_eq!(talk.handshake().1.answer.as_ref().unwrap().sentinel, Some(0x0303));
}

#[test]
fn a_hello_that_never_became_whole_is_a_handshake_too() {
    let mut talk = Talk::new();
    let hello = flight(&[client_hello(&[])]);
    talk.send(Client, &hello[..40]).reset(Server);
    let (frame, handshake) = talk.handshake();
    assert_eq!((frame, handshake.outcome), (1, Outcome::Failed));
    assert_eq!(handshake.steps.client_hello, None);
    assert_eq!(handshake.unfinished_hello, Some(u32::try_from(hello.len() - 5).unwrap()));
}

#[test]
fn a_server_that_echoes_the_head_of_the_hello() {
    let mut talk = opened();
    talk.send(Server, [22, 3, 1, 0, 0, 3, 1, 0x80, 1]).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(handshake.not_tls.unwrap().side, Server);
    assert_eq!(handshake.outcome, Outcome::Failed);
}
