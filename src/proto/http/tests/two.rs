//! HTTP/2 in clear.

use super::{Client, Server, line, talk};
use crate::proto::http::Version;
use crate::units::{Close, Side};
use crate::wire::http2::PREFACE;

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let length = u8::try_from(payload.len()).expect("is short");
    [&[0, 0, length, kind, flags, 0, 0, 0, stream], payload].concat()
}

fn hello() -> Vec<u8> {
    [PREFACE, &frame(4, 0, 0, &[])].concat()
}

/// GET / of www.example.com.
const REQUEST: &[u8] = b"\x82\x86\x84\x41\x0fwww.example.com";

#[test]
fn streams_are_answered_out_of_order() {
    let mut told = talk();
    told.ask([hello(), frame(1, 5, 1, REQUEST)].concat())
        .ask(frame(1, 5, 3, b"\x82\x86\x04\x02/b\xbe"))
        .say([frame(4, 0, 0, &[0; 6]), frame(4, 1, 0, &[]), frame(1, 5, 3, &[0x8d])].concat())
        .say([frame(1, 4, 1, &[0x8e]), frame(0, 1, 1, b"<p>words</p>")].concat())
        .close();
    assert_eq!(told.told(), [line(3, 404, "/b"), line(4, 500, "/")]);
    let [first, second] = told.exchanges()[..] else { panic!("{:?}", told.told()) };
    assert_eq!((first.version, &*first.method), (Version::Http2, "GET"));
    assert_eq!(first.host.as_deref(), Some("www.example.com"));
    assert_eq!(second.text.as_deref(), Some("words"));
}

#[test]
fn a_block_goes_on_in_another_frame_and_a_hundred_comes_first() {
    let mut told = talk();
    told.ask(hello())
        .ask(frame(1, 0, 1, &REQUEST[..4]))
        .ask(frame(9, 4, 1, &REQUEST[4..]))
        .say(frame(1, 4, 1, b"\x08\x03100"))
        .ask(frame(0, 1, 1, b"body"))
        .say(frame(1, 5, 1, &[0x89]));
    assert_eq!(told.told(), [line(4, 100, "/"), line(6, 204, "/")]);
    let last = told.exchanges()[1];
    assert_eq!(last.continued.map(|at| at.frame.number()), Some(4));
    assert_eq!(last.body.map(|at| at.frame.number()), Some(5));
}

#[test]
fn a_stream_that_is_reset_had_no_response() {
    let mut told = talk();
    told.ask([hello(), frame(1, 5, 1, REQUEST)].concat()).say(frame(3, 0, 1, &[0, 0, 0, 7]));
    let ended = told.exchanges()[0].ended.map(|(side, how, _)| (side, how));
    assert_eq!(ended, Some((Side::Server, Close::Reset)));
}

#[test]
fn an_upgrade_answers_the_request_on_the_first_stream() {
    let mut told = talk();
    told.ask("GET /up HTTP/1.1\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n")
        .say([&b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n"[..], &frame(4, 0, 0, &[])].concat())
        .ask(hello())
        .say(frame(1, 5, 1, &[0x8d]));
    assert_eq!(told.told(), [line(2, 101, "/up"), line(4, 404, "/up")]);
}

#[test]
fn behind_a_gap_header_blocks_are_not_read() {
    let mut told = talk();
    told.ask([hello(), frame(1, 5, 1, REQUEST)].concat())
        .lose(Server, 30)
        .say(frame(1, 5, 1, &[0x8d]))
        .end(Server, Close::Fin)
        .end(Client, Close::Fin);
    assert!(told.is_stopped());
    assert_eq!(told.told(), []);
}

#[test]
fn broken_frames_end_the_reading() {
    for broken in
        [frame(9, 4, 1, REQUEST), frame(1, 13, 1, &[200, 0x82]), frame(1, 5, 1, &[0xff, 0x80])]
    {
        let mut told = talk();
        told.ask(hello()).ask(broken);
        assert!(told.is_stopped());
    }
    let mut told = talk();
    told.ask(hello()).ask([0xff, 0xff, 0xff, 1, 4, 0, 0, 0, 1]);
    assert!(told.is_stopped());
}
