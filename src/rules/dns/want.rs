//! What clients asked for in vain, name by name.

use crate::codes;
use crate::facts::{Facts, Map};
use crate::proto::dns::{Answer, Dialect, Exchange, ExtendedError};
use crate::rules::Set;
use crate::units::{At, Endpoint, Ends, SECOND, Time};
use std::net::IpAddr;

/// Questions this far apart are not two types of one look-up.
const REPEAT_NS: i64 = 900_000_000;

/// An exchange that failed, or one of the others that are kept. Many rules ask all of them for what stands beside the
/// exchange, so that they need not touch it.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Try<'a> {
    /// Where it stands.
    pub(super) at: At,
    /// Between whom.
    pub(super) ends: &'a Ends,
    /// What happened.
    pub(super) exchange: &'a Exchange,
    /// The type asked for.
    pub(super) qtype: u16,
    /// With what it was answered.
    pub(super) rcode: Option<u16>,
}

impl Try<'_> {
    /// It was answered with this RCODE.
    pub(super) fn failed_with(&self, rcode: u16) -> bool {
        self.rcode == Some(rcode)
    }

    /// The first question, else the answer.
    pub(super) fn asked(&self) -> At {
        self.exchange.question.unwrap_or(self.at)
    }

    /// The last question, else the answer.
    pub(super) fn last_asked(&self) -> At {
        self.exchange.repeated.unwrap_or(self.at)
    }
}

/// A name that a client asked for in vain, with all that failed of it.
#[derive(Clone)]
pub(super) struct Want<'a> {
    /// Who asked.
    pub(super) client: IpAddr,
    /// For what.
    pub(super) name: &'a str,
    /// The first failure.
    pub(super) first: Try<'a>,
    /// The failures after it.
    pub(super) more: Vec<Try<'a>>,
}

impl<'a> Want<'a> {
    /// All failures.
    pub(super) fn tries(&self) -> impl Iterator<Item = &Try<'a>> {
        std::iter::once(&self.first).chain(&self.more)
    }

    /// Who was asked first.
    pub(super) fn server(&self) -> Endpoint {
        self.first.ends.server
    }

    /// The resolver runs on the client.
    fn asks_itself(&self) -> bool {
        self.server().addr == self.client
    }

    /// When it was asked for first.
    pub(super) fn begin(&self) -> Time {
        self.tries().map(|tried| tried.asked().time).min().unwrap_or_default()
    }

    /// The last sign of it.
    pub(super) fn end(&self) -> Time {
        self.tries()
            .map(|tried| tried.at.time.max(tried.last_asked().time))
            .max()
            .unwrap_or_default()
    }

    /// How often it was asked for.
    pub(super) fn attempts(&self) -> u64 {
        self.tries().map(|tried| u64::from(tried.exchange.attempts.max(1))).sum()
    }

    /// The client came back for it: more than its several types at once.
    pub(super) fn is_repeated(&self) -> bool {
        let last = self.tries().map(|tried| tried.last_asked().time).max().unwrap_or_default();
        last.since(self.begin()) >= REPEAT_NS
    }

    /// The types asked for: `A`, `A and AAAA`.
    pub(super) fn types(&self) -> String {
        let mut names: Vec<String> = Vec::new();
        for tried in self.tries() {
            let name = codes::dns_type_name(tried.exchange.qtype);
            if names.len() < 4 && !names.contains(&name) {
                names.push(name);
            }
        }
        names.join(" and ")
    }

    /// One of these types was asked for.
    pub(super) fn asks(&self, kinds: &[u16]) -> bool {
        self.tries().any(|tried| kinds.contains(&tried.qtype))
    }

    /// The answers.
    pub(super) fn answers(&self) -> impl Iterator<Item = &'a Answer> {
        self.tries().filter_map(|tried| tried.exchange.answer.as_ref())
    }

    /// Extended errors of the answers.
    pub(super) fn extended(&self) -> impl Iterator<Item = &'a ExtendedError> {
        self.answers().flat_map(|answer| &answer.extended)
    }

    /// The failures were over at a time within which a client waits for what it asked for.
    pub(super) fn span(&self, before: i64, after: i64) -> (Time, Time) {
        let from = self.begin().0.saturating_sub(before * SECOND);
        (Time(from), Time(self.end().0.saturating_add(after * SECOND)))
    }
}

/// Queries of DNS proper that failed as `failed` says, by client and name, in the order in which they began.
pub(super) fn wants<'a>(tries: &[Try<'a>], failed: impl Fn(&Try<'a>) -> bool) -> Vec<Want<'a>> {
    let mut wants: Vec<Want<'a>> = Vec::new();
    let mut known: Map<(IpAddr, &str), usize> = Map::default();
    for tried in tries.iter().filter(|tried| failed(tried)).copied() {
        let (client, name) = (tried.ends.client.addr, &*tried.exchange.qname);
        let index = *known.entry((client, name)).or_insert(wants.len());
        match wants.get_mut(index) {
            Some(want) => want.more.push(tried),
            None => wants.push(Want { client, name, first: tried, more: Vec::new() }),
        }
    }
    wants
}

/// A resolver that passes on what it was told is no client of its own: who asked it is.
pub(super) fn without_forwarders(mut wants: Vec<Want<'_>>) -> Vec<Want<'_>> {
    let asked: Set<_> = wants.iter().map(|want| (want.server().addr, want.name)).collect();
    wants.retain(|want| want.asks_itself() || !asked.contains(&(want.client, want.name)));
    wants
}

/// A resolver that waits in vain itself cannot answer: the last one in the chain is silent.
pub(super) fn without_victims(mut wants: Vec<Want<'_>>) -> Vec<Want<'_>> {
    let waiting: Set<_> = wants.iter().map(|want| (want.client, want.name)).collect();
    wants.retain(|want| want.asks_itself() || !waiting.contains(&(want.server().addr, want.name)));
    wants
}

/// The kept queries of DNS proper, class IN.
pub(in crate::rules) fn tries(facts: &Facts) -> impl Iterator<Item = Try<'_>> {
    const QUERY: u8 = 0;
    const IN: u16 = 1;
    facts.dns().filter_map(|(kept, exchange)| {
        let plain = exchange.dialect == Dialect::Dns && exchange.opcode == QUERY;
        let (at, ends, qtype) = (kept.emitted.at, &kept.emitted.ends, exchange.qtype);
        let rcode = exchange.answer.as_ref().map(|answer| answer.rcode);
        let tried = Try { at, ends, exchange, qtype, rcode };
        (plain && exchange.qclass == IN).then_some(tried)
    })
}
