//! Conversations that nobody would have.

use super::{Client, Server, talk};
use proptest::prelude::*;

/// What hostile conversations are made of.
const PIECES: &[&[u8]] = &[
    b"GET / HTTP/1.1\r\n",
    b"HEAD /a HTTP/1.0\r\n",
    b"CONNECT a:443 HTTP/1.1\r\n",
    b"POST /x HTTP/1.1\r\n",
    b"GET / HTTP/2.0\r\n",
    b"HTTP/1.1 200 OK\r\n",
    b"HTTP/1.1 100 Continue\r\n",
    b"HTTP/1.1 101 Switching Protocols\r\n",
    b"HTTP/1.0 407 No\r\n",
    b"HTTP/9.9 999 \r\n",
    b"Content-Length: 18446744073709551615\r\n",
    b"Content-Length: 7\r\n",
    b"Transfer-Encoding: chunked\r\n",
    b"Upgrade: h2c\r\n",
    b"Upgrade: TLS/1.0\r\n",
    b"Expect: 100-continue\r\n",
    b"Authorization: NTLM TlRMTVNTUAADAAAA\r\n",
    b"Authorization: Negotiate YIIB\r\n",
    b"WWW-Authenticate: NTLM TlRMTVNTUAACAAAA, Basic realm=\"\\\r\n",
    b"Connection: close\r\n",
    b"\r\n",
    b"ffffffffffffffff\r\n",
    b"5\r\nhello\r\n0\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"\0\0\x03\x01\x05\0\0\0\x01\x82\x84\x8d",
    b"\0\0\x02\x05\x04\0\0\0\x01\0\0",
    b"\x16\x03\x01\0\x2f\x01\0\0\x2b\x03\x03",
    b"\x15\x03\x01\0\x02\x02\x28",
    b"PROXY TCP4 10.0.0.1 10.0.0.2 4000 80\r\n",
    b"H",
    b"\n",
];

/// A packet, or a gap.
#[derive(Clone, Debug)]
enum Step {
    Send(bool, Vec<u8>),
    Lose(bool, u16),
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    let known = prop::sample::select(PIECES).prop_map(<[u8]>::to_vec);
    let piece = prop_oneof![9 => known, 1 => prop::collection::vec(any::<u8>(), 0..20)];
    prop::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        9 => (any::<bool>(), bytes()).prop_map(|(client, bytes)| Step::Send(client, bytes)),
        1 => (any::<bool>(), any::<u16>()).prop_map(|(client, len)| Step::Lose(client, len)),
    ]
}

fn play(steps: &[Step], from_start: bool, cut: usize) -> super::Talk {
    let mut told = talk();
    told.from_start = from_start;
    let side = |client: bool| if client { Client } else { Server };
    for step in steps {
        match step {
            Step::Send(client, bytes) => {
                for piece in bytes.chunks(cut) {
                    told.send(side(*client), piece);
                }
            }
            Step::Lose(client, len) => {
                told.lose(side(*client), u64::from(*len));
            }
        }
    }
    told.close();
    told
}

proptest! {
    #[test]
    fn every_conversation_comes_to_an_end(
        steps in prop::collection::vec(step(), 0..12),
        from_start: bool,
        cut in 1usize..200,
    ) {
        let told = play(&steps, from_start, cut);
        let sent: usize = steps.iter().map(|step| match step {
            Step::Send(_, bytes) => bytes.len(),
            Step::Lose(..) => 0,
        }).sum();
        prop_assert!(told.facts().len() <= sent, "no more facts than bytes");
    }
}
