//! Conversations put together by hand.

use super::*;
use crate::proto::feed::{Feed, datagrams};
use crate::proto::{Analyzer, Chunk, Emitted, Fact, Out};
use crate::units::{At, Close, Endpoint, Ends, Frame, SECOND, Side, Time, Transport};
use crate::wire::x509::Store;
use std::net::{IpAddr, Ipv4Addr};

const RESPONSE: u16 = 0x8000;

fn at(number: u64, seconds: i64) -> At {
    At { frame: Frame::new(0, number), time: Time(seconds * SECOND) }
}

fn ends(client_port: u16, port: u16) -> Ends {
    let host =
        |last, port| Endpoint { addr: Ipv4Addr::new(10, 0, 0, last).into(), port: Some(port) };
    Ends {
        client: host(5, client_port),
        server: host(6, port),
        transport: Transport::Udp,
        flow: Frame::new(0, 1),
    }
}

fn name(text: &str) -> Vec<u8> {
    let labels = text.split('.').filter(|label| !label.is_empty());
    let mut bytes: Vec<u8> =
        labels.flat_map(|label| [&[label.len() as u8], label.as_bytes()].concat()).collect();
    bytes.push(0);
    bytes
}

/// A message about `text`, type A, with as many records as `records` holds in the answer section.
fn message(id: u16, flags: u16, text: &str, records: &[Vec<u8>]) -> Vec<u8> {
    let words = [id, flags, 1, records.len() as u16, 0, 0];
    let header: Vec<u8> = words.into_iter().flat_map(u16::to_be_bytes).collect();
    [header, name(text), vec![0, 1, 0, 1], records.concat()].concat()
}

/// An A record whose owner is the name asked for.
fn address(addr: [u8; 4]) -> Vec<u8> {
    [&[0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4][..], &addr].concat()
}

/// The exchanges that come out of datagrams: who sends what, and when.
fn run(ends: &Ends, packets: &[(Side, i64, Vec<u8>)]) -> Vec<Emitted> {
    let (mut store, mut facts) = (Store::new(0), Vec::new());
    let mut analyzer: Option<Box<dyn Analyzer>> = None;
    for (number, (side, seconds, bytes)) in packets.iter().enumerate() {
        let at = at(number as u64 + 1, *seconds);
        let mut out = out(ends, at, &mut store, &mut facts);
        analyzer = analyzer.or_else(|| datagrams(*side, bytes, ends));
        let Some(analyzer) = &mut analyzer else { continue };
        analyzer.data(Chunk { side: *side, at, bytes }, &mut out);
    }
    if let Some(mut analyzer) = analyzer {
        let mut out = out(ends, at(99, 99), &mut store, &mut facts);
        analyzer.end(Side::Client, at(99, 99), Close::Silence, &mut out);
        analyzer.end(Side::Server, at(99, 99), Close::Silence, &mut out);
    }
    facts
}

fn out<'a>(ends: &'a Ends, now: At, store: &'a mut Store, facts: &'a mut Vec<Emitted>) -> Out<'a> {
    let (from_start, two_sided) = (true, true);
    Out { ends, now, from_start, two_sided, store, facts, message_bytes_max: 1 << 16 }
}

fn exchange(emitted: &Emitted) -> &Exchange {
    match &emitted.fact {
        Fact::Dns(exchange) => exchange,
        other => panic!("{other:?}"),
    }
}

use Side::{Client, Server};

#[test]
fn asked_three_times_and_answered_once() {
    let ask = message(7, 0x0100, "Mail.Contoso.com", &[]);
    let answer = message(7, RESPONSE | 0x0180, "mail.contoso.com", &[address([192, 0, 2, 1])]);
    let packets =
        [(Client, 0, ask.clone()), (Client, 1, ask.clone()), (Client, 3, ask), (Server, 4, answer)];
    let facts = run(&ends(50_000, 53), &packets);
    let [only] = &facts[..] else { panic!("{facts:?}") };
    let told = exchange(only);
    assert_eq!((&*told.qname, told.qtype, told.attempts), ("mail.contoso.com", 1, 3));
    assert_eq!((told.question, told.repeated), (Some(at(1, 0)), Some(at(3, 3))));
    assert_eq!((only.at, told.recursive), (at(4, 4), true));
    let answer = told.answer.as_ref().expect("is there");
    assert_eq!((answer.rcode, answer.flaw), (0, None));
    assert_eq!(answer.addresses, [IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1))]);
}

#[test]
fn no_answer_is_told_at_the_end_with_the_first_question() {
    let ask = message(7, 0x0100, "a.example", &[]);
    let stray = message(8, RESPONSE | 3, "a.example", &[]);
    let packets = [(Client, 0, ask.clone()), (Client, 2, ask), (Server, 3, stray)];
    let facts = run(&ends(50_000, 53), &packets);
    assert_eq!(facts.len(), 2);
    let (stray, waited) = (exchange(&facts[0]), exchange(&facts[1]));
    assert_eq!((stray.attempts, stray.question), (0, None));
    assert_eq!(stray.answer.as_ref().map(|answer| answer.rcode), Some(3));
    assert!(waited.answer.is_none());
    assert_eq!((waited.attempts, facts[1].at), (2, at(1, 0)));
}

#[test]
fn a_bare_header_answers_by_its_id() {
    let refusal: Vec<u8> =
        [7, RESPONSE | 5, 0, 0, 0, 0].into_iter().flat_map(u16::to_be_bytes).collect();
    let ask = message(7, 0, "a.example", &[]);
    let facts = run(&ends(50_000, 53), &[(Client, 0, ask), (Server, 1, refusal)]);
    assert_eq!((facts.len(), &*exchange(&facts[0]).qname), (1, "a.example"));
}

#[test]
fn servers_that_ask_each_other_on_one_conversation_keep_their_roles() {
    let packets = [
        (Client, 0, message(1, 0, "one.example", &[])),
        (Server, 0, message(2, 0, "two.example", &[])),
        (Client, 1, message(2, RESPONSE | 3, "two.example", &[])),
        (Server, 1, message(1, RESPONSE | 3, "one.example", &[])),
    ];
    let ends = ends(53, 53);
    let facts = run(&ends, &packets);
    assert_eq!((&*exchange(&facts[0]).qname, facts[0].ends.client), ("two.example", ends.server));
    assert_eq!((&*exchange(&facts[1]).qname, facts[1].ends.client), ("one.example", ends.client));
}

#[test]
fn other_traffic_on_the_ports_is_left_alone() {
    let quic = [&[0xc3_u8, 0, 0, 0, 1, 8][..], &[0x5a; 60]].concat();
    let openvpn = [&[0x38_u8][..], &[0x91; 40]].concat();
    let text = b"GET / HTTP/1.1\r\nHost: example\r\n\r\n".to_vec();
    for bytes in [quic, openvpn, text, Vec::new(), vec![0; 12], vec![0xff; 200], vec![0; 200]] {
        assert!(run(&ends(50_000, 53), &[(Client, 0, bytes.clone())]).is_empty(), "{bytes:?}");
    }
}

#[test]
fn netbios_names_are_told_in_clear() {
    let encoded: String = b"FILESERVER     \x20"
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|half| char::from(b'A' + half))
        .collect();
    let ask = message(7, 0x0110, &encoded, &[]);
    let none = message(7, RESPONSE | 0x0583, &encoded, &[]);
    let facts = run(&ends(137, 137), &[(Client, 0, ask), (Server, 1, none)]);
    let told = exchange(&facts[0]);
    assert_eq!((&*told.qname, told.dialect, told.attempts), ("fileserver<20>", Dialect::Nbns, 1));
}

#[test]
fn many_questions_at_once_take_bounded_room() {
    let ask = |id| (Client, 0, message(id, 0, "a.example", &[]));
    let packets: Vec<_> = (0..1000).map(ask).collect();
    assert_eq!(run(&ends(50_000, 53), &packets).len(), 64);
}

#[test]
fn over_tcp_messages_have_lengths_and_may_come_in_pieces() {
    let framed =
        |message: Vec<u8>| [(message.len() as u16).to_be_bytes().to_vec(), message].concat();
    let ask = framed(message(7, 0x0100, "a.example", &[]));
    let twice = [framed(message(7, RESPONSE | 2, "a.example", &[])), ask.clone()].concat();
    let (mut store, mut facts, mut feed) = (Store::new(0), Vec::new(), Feed::default());
    let ends = ends(50_000, 53);
    let pieces =
        [(Client, &ask[..2]), (Client, &ask[2..]), (Server, &twice[..9]), (Server, &twice[9..])];
    for (number, (side, bytes)) in pieces.into_iter().enumerate() {
        let at = at(number as u64 + 1, 0);
        feed.push(side, at, bytes, &mut out(&ends, at, &mut store, &mut facts));
    }
    let [only] = &facts[..] else { panic!("{facts:?}") };
    assert_eq!((only.at.frame.number(), exchange(only).attempts), (4, 1));
    let mut out = out(&ends, at(9, 9), &mut store, &mut facts);
    feed.gap(Server, at(9, 9), 100, &mut out);
    feed.end(Server, at(9, 9), Close::Fin, &mut out);
    assert_eq!(facts.len(), 1, "what lies in a gap may be the answer");
}
