//! What the aggregates of healthy exchanges take.

use super::{Heap, flat, piece};
use crate::facts::server::CLIENTS_MAX;
use crate::facts::{ChainSeen, Clock, Few, Lookup, Numbers, Server, Spans, Success, Tickets, Web};
use crate::trust::Verdict;
use crate::units::Presence;
use std::net::IpAddr;

flat!(Presence, Success);

impl Heap for Spans {
    fn heap(&self) -> usize {
        let spans = &self.spans;
        if spans.spilled() { piece(spans.capacity() * size_of_val(&spans[..1])) } else { 0 }
    }
}

impl Heap for Web {
    fn heap(&self) -> usize {
        self.served.heap() + self.let_in.heap()
    }
}

impl Heap for Server {
    fn heap(&self) -> usize {
        let chosen = [&self.versions, &self.ciphers, &self.groups, &self.schemes];
        let chosen = chosen.into_iter().map(Heap::heap).sum::<usize>();
        let chosen = chosen + self.extensions_accepted.heap();
        let names = self.alpn.heap() + self.names.heap();
        chosen + names + self.chains.heap() + self.completed.heap()
    }
}

impl Heap for Numbers {
    fn heap(&self) -> usize {
        piece(self.spilled())
    }
}

impl Heap for ChainSeen {
    fn heap(&self) -> usize {
        let verdict = piece(size_of::<Verdict>() + 16) + 3 * piece(1);
        verdict + piece(CLIENTS_MAX * size_of::<IpAddr>())
    }
}

impl<K: Heap + Ord, V: Heap, const N: usize> Heap for Few<K, V, N> {
    fn heap(&self) -> usize {
        self.entries().heap()
    }
}

impl Heap for Lookup {
    fn heap(&self) -> usize {
        let addresses = self.addresses.heap();
        self.found.heap() + addresses + self.resolvers.heap()
    }
}

impl Heap for Tickets {
    fn heap(&self) -> usize {
        self.name.heap() + self.issued.heap() + self.etypes.heap() + self.users.heap()
    }
}

impl Heap for Clock {
    fn heap(&self) -> usize {
        let sources = &self.sources;
        if sources.spilled() { piece(sources.capacity() * size_of_val(&sources[..1])) } else { 0 }
    }
}
