use super::*;
use crate::proto::feed::{Feed, Progress};
use crate::proto::{self, Emitted};
use crate::units::{Endpoint, Ends, Frame, Transport};
use crate::wire::smb1::Status;
use crate::wire::x509::Store;

/// A message of SMB 2 in its packet.
fn message(command: u16, status: u32, response: bool, id: u64, body: &[u8]) -> Vec<u8> {
    let mut bytes = smb2::MAGIC.to_vec();
    bytes.extend([64, 0, 0, 0]);
    bytes.extend(status.to_le_bytes());
    bytes.extend(command.to_le_bytes());
    bytes.extend([1, 0]);
    bytes.extend(u32::from(response).to_le_bytes());
    bytes.extend([0; 4]);
    bytes.extend(id.to_le_bytes());
    bytes.extend([0; 32]);
    bytes.extend(body);
    packet(&bytes)
}

fn packet(message: &[u8]) -> Vec<u8> {
    let len = u32::try_from(message.len()).expect("is short");
    [&len.to_be_bytes(), message].concat()
}

/// A TREE_CONNECT to `\\a`.
fn tree_connect(id: u64) -> Vec<u8> {
    let body = [9, 0, 0, 0, 72, 0, 6, 0, b'\\', 0, b'\\', 0, b'a', 0];
    message(smb2::TREE_CONNECT, 0, false, id, &body)
}

/// What both sides said, in pieces of at most `size` bytes; how far the last push came.
fn talk(lines: &[(Side, Vec<u8>)], size: usize) -> (Vec<Failure>, Progress) {
    let addr = std::net::Ipv4Addr::LOCALHOST.into();
    let end = |port| Endpoint { addr, port: Some(port) };
    let flow = Frame::new(0, 1);
    let ends = Ends { client: end(40000), server: end(9), transport: Transport::Tcp, flow };
    let (mut feed, store, mut facts) = (Feed::default(), Store::new(1 << 20), Vec::new());
    let mut progress = Progress::Stopped;
    for (side, bytes) in lines {
        for piece in bytes.chunks(size) {
            let mut out = Out {
                ends: &ends,
                now: At::default(),
                from_start: true,
                two_sided: true,
                store: &store,
                facts: &mut facts,
                message_bytes_max: 1 << 18,
            };
            progress = feed.push(*side, At::default(), piece, &mut out);
        }
    }
    (facts.into_iter().filter_map(failure).collect(), progress)
}

fn failure(emitted: Emitted) -> Option<Failure> {
    match emitted.fact {
        proto::Fact::Smb(Fact::Failure(failure)) => Some(*failure),
        _ => None,
    }
}

use Side::{Client, Server};

#[test]
fn a_share_that_does_not_exist_is_named_however_the_bytes_are_cut() {
    let refusal = message(smb2::TREE_CONNECT, 0xc000_00cc, true, 4, &[9; 9]);
    let lines = [(Client, tree_connect(4)), (Server, refusal)];
    for size in [1, 3, 70, 2000] {
        let (failures, _) = talk(&lines, size);
        let [failure] = &failures[..] else { panic!("{failures:?}") };
        assert_eq!((failure.dialect, failure.command), (2, smb2::TREE_CONNECT));
        assert_eq!(failure.status, Status::Nt(0xc000_00cc));
        assert_eq!(failure.name.as_deref(), Some("\\\\a"));
    }
}

#[test]
fn an_answer_that_is_pending_keeps_the_request_for_the_last_one() {
    let answer = |status| (Server, message(smb2::TREE_CONNECT, status, true, 4, &[9; 9]));
    let lines = [(Client, tree_connect(4)), answer(0x103), answer(0xc000_0022)];
    let (failures, _) = talk(&lines, 2000);
    let [failure] = &failures[..] else { panic!("{failures:?}") };
    assert_eq!(failure.name.as_deref(), Some("\\\\a"));
}

#[test]
fn normal_steps_are_no_failures() {
    for status in [0, 0x103, 0x8000_001a, 0x8000_0005, 0x8000_0006, 0xc000_0120, 0x10c] {
        let (failures, _) = talk(&[(Server, message(14, status, true, 1, &[9; 9]))], 2000);
        assert!(failures.is_empty(), "{status:#x}");
    }
}

#[test]
fn the_data_of_a_read_is_passed_over() {
    let whole = message(smb2::READ, 0, true, 1, &[0; 60_000]);
    let (_, progress) = talk(&[(Server, whole[..100].to_vec())], 2000);
    assert_eq!(progress, Progress::Skip(whole.len() as u64 - 100));
}

#[test]
fn every_message_of_a_compound_is_read() {
    let one = message(smb2::CREATE, 0xc000_0034, true, 1, &[9; 8]).split_off(4);
    let mut both = one.clone();
    both[20..24].copy_from_slice(&72_u32.to_le_bytes());
    both.extend(&one);
    let (failures, _) = talk(&[(Server, packet(&both))], 2000);
    assert_eq!(failures.len(), 2);
    // A compound that points at itself, or beyond its end, ends there.
    for next in [1_u32, 8, u32::MAX] {
        both[20..24].copy_from_slice(&next.to_le_bytes());
        assert_eq!(talk(&[(Server, packet(&both))], 2000).0.len(), 1);
    }
}

#[test]
fn smb1_tells_its_errors_in_either_of_two_ways() {
    let reply = |status: [u8; 4], flags2: [u8; 2]| {
        let head = [&smb1::MAGIC[..], &[0x75], &status, &[0x80], &flags2, &[0; 23]].concat();
        talk(&[(Server, packet(&head))], 2000).0
    };
    assert_eq!(reply([0xcc, 0, 0, 0xc0], [0, 0x40])[0].status, Status::Nt(0xc000_00cc));
    assert_eq!(reply([2, 0, 6, 0], [0, 0])[0].status, Status::Dos { class: 2, code: 6 });
    assert!(reply([0; 4], [0, 0]).is_empty());
}

#[test]
fn first_bytes_tell() {
    assert_eq!(probe(&[0, 0, 0, 80, 0xfe, b'S', b'M', b'B']), Verdict::Yes);
    assert_eq!(probe(&[0, 0, 0]), Verdict::More);
    assert_eq!(probe(&[0, 0, 0, 80, 0xfe]), Verdict::More);
    assert_eq!(probe(&[0, 0, 0, 80, 0x6a]), Verdict::No);
    assert_eq!(probe(&SESSION_REQUEST), Verdict::Yes);
    assert_eq!(probe(b"GET / HTTP/1.1"), Verdict::No);
}
