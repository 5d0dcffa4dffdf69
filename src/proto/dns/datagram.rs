//! DNS and its kin over UDP.

use super::exchanges::Exchanges;
use super::{Dialect, looks};
use crate::proto::{Analyzer, Chunk, DNS, Kind, Out, Protocol, Then, Verdict};
use crate::units::{At, Close, Side};

/// The entry in the list of protocols.
pub const PROTOCOL: Protocol = Protocol {
    id: DNS,
    kind: Kind::Datagram,
    ports: looks::PORTS,
    probe,
    speaks: looks::speaks,
    new: |ends| Box::new(Datagrams(Exchanges::new(Dialect::of(ends)))),
};

fn probe(_: Side, bytes: &[u8]) -> Verdict {
    if looks::recognised(bytes).is_some() { Verdict::Yes } else { Verdict::No }
}

/// A message a datagram.
struct Datagrams(Exchanges);

impl Analyzer for Datagrams {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        if let Some(message) = looks::recognised(chunk.bytes) {
            self.0.take(&message, chunk, out);
        }
        (chunk.bytes.len(), Then::More)
    }

    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}

    fn end(&mut self, _: Side, _: At, _: Close, out: &mut Out<'_>) {
        self.0.end(out);
    }

    fn is_waiting(&self) -> bool {
        self.0.is_waiting()
    }

    fn held(&self) -> usize {
        self.0.held()
    }
}
