//! DNS over TCP: a length before each message (RFC 1035 section 4.2.2, RFC 7766).

use super::exchanges::Exchanges;
use super::{Dialect, looks};
use crate::proto::{Analyzer, Chunk, DNS_TCP, Kind, Out, Protocol, Then, Verdict};
use crate::units::{At, Close, Side};
use crate::wire::dns::HEADER_BYTES;

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: DNS_TCP,
    kind: Kind::Stream,
    ports: &[53, 5353],
    probe: |_, bytes| begins(bytes),
    speaks: |bytes| looks::speaks(bytes.get(LENGTH_BYTES..)?),
    new: |ends| Box::new(Stream { exchanges: Exchanges::new(Dialect::of(ends)), lost: [false; 2] }),
};

/// Bytes of the length.
const LENGTH_BYTES: usize = 2;

/// A length that a message can have, then a message; its end may lie in later segments.
fn begins(bytes: &[u8]) -> Verdict {
    let Some((length, rest)) = bytes.split_first_chunk::<LENGTH_BYTES>() else {
        return Verdict::More;
    };
    let length = usize::from(u16::from_be_bytes(*length));
    if length < HEADER_BYTES {
        return Verdict::No;
    }
    // Some stacks send the length in a segment of its own.
    if rest.len() < length.min(HEADER_BYTES + 1) {
        return Verdict::More;
    }
    let message = rest.get(..length).unwrap_or(rest);
    if looks::recognised(message).is_some() { Verdict::Yes } else { Verdict::No }
}

/// Messages one behind another.
struct Stream {
    exchanges: Exchanges,
    /// Sides of which bytes are missing: where their next message begins is not known.
    lost: [bool; 2],
}

impl Analyzer for Stream {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if self.lost.contains(&true) {
            return (chunk.bytes.len(), Then::Stop);
        }
        let mut used = 0;
        while let Some((message, behind)) = next(chunk.bytes, used) {
            used = behind;
            if let Some(message) = looks::recognised(message) {
                self.exchanges.take(&message, chunk, out);
            }
        }
        (used, Then::More)
    }

    fn gap(&mut self, side: Side, _: At, _: u64, _: &mut Out<'_>) {
        self.lost[side.index()] = true;
        self.exchanges.forget();
    }

    fn end(&mut self, _: Side, _: At, _: Close, out: &mut Out<'_>) {
        self.exchanges.end(out);
    }

    fn held(&self) -> usize {
        self.exchanges.held()
    }
}

/// The whole message at `at`, and the offset behind it.
fn next(bytes: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<LENGTH_BYTES>()?;
    let length = usize::from(u16::from_be_bytes(*length));
    Some((rest.get(..length)?, at + LENGTH_BYTES + length))
}
