//! A hostile conversation in HTTP: pieces of both sides, as long as their first byte says; a length of zero is a gap.
#![no_main]

use finwhale::proto::Out;
use finwhale::proto::feed::Feed;
use finwhale::units::{At, Close, Endpoint, Ends, Frame, Side, Transport};
use finwhale::wire::x509::Store;

libfuzzer_sys::fuzz_target!(|data: &[u8]| talk(data));

fn talk(mut data: &[u8]) {
    let addr = std::net::Ipv4Addr::LOCALHOST.into();
    let end = |port| Endpoint { addr, port: Some(port) };
    let flow = Frame::new(0, 1);
    let ends = Ends { client: end(40000), server: end(80), transport: Transport::Tcp, flow };
    let (mut feed, mut store, mut facts) = (Feed::default(), Store::new(1 << 16), Vec::new());
    let now = At::default();
    let mut out = Out {
        ends: &ends,
        now,
        from_start: data.len() % 2 == 0,
        two_sided: data.len() % 3 > 0,
        store: &mut store,
        facts: &mut facts,
        message_bytes_max: 1 << 16,
    };
    while let [head, rest @ ..] = data {
        let side = if head & 1 == 0 { Side::Client } else { Side::Server };
        let (piece, left) = rest.split_at(usize::from(head >> 1).min(rest.len()));
        data = left;
        if piece.is_empty() {
            feed.gap(side, now, 10, &mut out);
        } else {
            feed.push(side, now, piece, &mut out);
        }
    }
    feed.end(Side::Server, now, Close::Fin, &mut out);
    feed.end(Side::Client, now, Close::Fin, &mut out);
}
