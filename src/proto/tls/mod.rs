//! TLS 1.0-1.3 and SSL 3.0 over TCP: from records to one handshake fact a connection.

mod fact;

pub use fact::*;

use super::{Analyzer, Chunk, Out, Protocol, TLS, Then, Verdict};
use crate::units::{At, Close, Side};

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol { id: TLS, probe, new: |_| Box::new(Tls {}) };

fn probe(_: Side, bytes: &[u8]) -> Verdict {
    match bytes {
        [20..=23, 3, 0..=4, ..] => Verdict::Yes,
        [] => Verdict::More,
        _ => Verdict::No,
    }
}

struct Tls {}

impl Analyzer for Tls {
    fn data(&mut self, chunk: Chunk<'_>, _: &mut Out<'_>) -> (usize, Then) {
        (chunk.bytes.len(), Then::Stop)
    }
    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}
    fn end(&mut self, _: Side, _: At, _: Close, _: &mut Out<'_>) {}
}
