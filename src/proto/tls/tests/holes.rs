//! Bytes that are missing, cut anywhere, or anything.

use super::built::*;
use super::*;
use crate::proto::tls::Outcome;
use proptest::prelude::*;

/// A connection up to TLS 1.2, and one of TLS 1.3: who sends what.
fn connections() -> [Vec<(Side, Vec<u8>)>; 2] {
    let hello = flight(&[client_hello(&[])]);
    let tls12 = vec![
        (Client, hello.clone()),
        (Server, server_flight12()),
        (Client, client_flight12()),
        (Server, end_of_flight12()),
        (Client, data(70)),
        (Client, data(0)),
        (Server, [data(300), record(21, &[7; 26])].concat()),
    ];
    let tls13 = vec![
        (Client, hello),
        (Server, server_flight13()),
        (Client, client_finished13()),
        (Client, data(19)),
        (Client, data(70)),
        (Server, [data(300), data(19)].concat()),
    ];
    [tls12, tls13]
}

fn told(connection: &[(Side, Vec<u8>)], size: usize) -> String {
    let mut talk = Talk::new();
    for (side, bytes) in connection {
        for piece in bytes.chunks(size) {
            talk.send(*side, piece);
        }
    }
    talk.fin(Server).story()
}

#[test]
fn byte_by_byte_gives_the_same_facts() {
    for connection in connections() {
        let whole = told(&connection, usize::MAX);
        for size in [1, 2, 3, 4, 5, 6, 7, 19, 100] {
            assert!(told(&connection, size) == whole, "pieces of {size}");
        }
    }
}

#[test]
fn messages_may_lie_in_any_number_of_records() {
    let messages =
        [server_hello(0x0303, 0xc02f, &[2; 32]), certificate(&[&[5; 700]]), message(14, &[])];
    for size in [1, 3, 4, 5, 100, 600] {
        let mut talk = Talk::new();
        talk.send(Client, flight(&[client_hello(&[])]));
        for part in messages.concat().chunks(size) {
            talk.send(Server, record(22, part));
        }
        talk.fin(Client);
        let (_, handshake) = talk.handshake();
        assert!(handshake.steps.server_hello_done.is_some(), "records of {size}");
        assert_eq!(handshake.server_chain.as_ref().unwrap().certificates.len(), 1);
    }
}

#[test]
fn a_hole_in_the_certificate_leaves_the_steps_behind_it() {
    let messages = [server_hello(0x0303, 0xc02f, &[2; 32]), certificate(&[&[5; 2000]])].concat();
    let mut server = record(22, &messages);
    server.extend(flight(&[message(14, &[])]));
    let mut talk = Talk::new();
    talk.send(Client, flight(&[client_hello(&[])]));
    talk.send(Server, &server[..500]).lose(Server, 1000).send(Server, &server[1500..]);
    talk.send(Client, client_flight12()).send(Server, end_of_flight12()).fin(Client);
    let (_, handshake) = talk.handshake();
    assert!(handshake.incomplete);
    assert_eq!(frame(handshake.steps.server_hello_done), 4, "the record's end was known");
    assert_eq!(handshake.steps.certificate, None);
    assert_eq!(handshake.outcome, Outcome::Completed);
}

#[test]
fn behind_a_larger_hole_a_segment_with_records_is_waited_for() {
    let mut talk = Talk::new();
    talk.send(Client, flight(&[client_hello(&[])])).lose(Server, 3000);
    talk.send(Server, [7; 100]).send(Server, flight(&[message(14, &[])]));
    talk.send(Client, client_flight12()).send(Server, end_of_flight12()).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(frame(handshake.steps.server_hello_done), 4);
    assert_eq!(frames(handshake.steps.finished), [5, 6]);
}

#[test]
fn in_mid_stream_alerts_are_told_apart_by_their_length() {
    let mut talk = Talk::new();
    talk.from_start = false;
    talk.send(Server, data(400)).send(Client, [data(30), record(21, &[7; 32])].concat());
    talk.send(Server, alert(1, 0)).fin(Client);
    let (_, handshake) = talk.handshake();
    let listed: Vec<_> = handshake.alerts.iter().map(|alert| (alert.sender, alert.clear)).collect();
    assert_eq!(listed, [(Client, None), (Server, Some((1, 0)))]);
    assert_eq!(talk.alerts().len(), 1, "the one in clear");
    assert!(handshake.incomplete);
    assert_eq!(handshake.outcome, Outcome::Unknown);
}

#[test]
fn the_server_alone_is_read_as_far_as_it_goes() {
    let mut talk = Talk::new();
    (talk.from_start, talk.two_sided) = (false, false);
    talk.send(Server, server_flight12()).send(Server, end_of_flight12()).fin(Server);
    let (frame_number, handshake) = talk.handshake();
    assert_eq!((frame_number, frame(handshake.steps.server_hello)), (1, 1));
    assert!(!handshake.reversed && handshake.incomplete);
    assert_eq!(talk.certificates().len(), 1);
    assert_eq!(handshake.outcome, Outcome::Unknown);
}

#[test]
fn what_a_client_sends_in_clear_behind_a_lost_server_is_read_strictly() {
    let mut talk = Talk::new();
    talk.from_start = false;
    let nonce = record(22, &[&[0, 0, 0, 0, 0, 0, 0, 1][..], &[0x5f; 32]].concat());
    talk.send(Client, nonce).send(Client, data(60)).fin(Client);
    let (_, handshake) = talk.handshake();
    assert_eq!(frames(handshake.steps.finished), [1, 0], "an explicit nonce is no message");
    assert_eq!(handshake.steps.renegotiation, None);
}

fn piece() -> impl Strategy<Value = Vec<u8>> {
    let noise = proptest::collection::vec(any::<u8>(), 0..200);
    let framed = (20u8..=24, proptest::collection::vec(any::<u8>(), 0..80));
    let told = (0usize..2, any::<proptest::sample::Index>()).prop_map(|(which, index)| {
        let connections = connections();
        let (_, bytes) = &connections[which][index.index(connections[which].len())];
        bytes.clone()
    });
    prop_oneof![noise, framed.prop_map(|(kind, content)| record(kind, &content)), told]
}

proptest! {
    #[test]
    fn anything_in_any_order_gives_one_handshake_at_most(
        pieces in proptest::collection::vec((any::<bool>(), piece(), 0u64..40, 1usize..300), 0..20),
        from_start in any::<bool>(),
    ) {
        let mut talk = Talk::new();
        talk.from_start = from_start;
        for (client, bytes, lost, size) in pieces {
            let side = if client { Client } else { Server };
            if lost > 30 {
                talk.lose(side, lost);
            }
            for part in bytes.chunks(size) {
                talk.send(side, part);
            }
        }
        talk.fin(Client);
        prop_assert!(talk.tls().filter(|(_, fact)| matches!(fact, Fact::Handshake(_))).count() <= 1);
    }
}
