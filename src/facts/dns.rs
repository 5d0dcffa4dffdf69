//! Names that resolved, folded: who learned what, and what addresses are called.

use super::fold::entry;
use super::{Facts, Spans};
use crate::proto::dns::{Answer, Dialect, Exchange};
use crate::units::{At, Endpoint, Ends, Time};
use crate::wire::dns::kind;
use std::net::IpAddr;

/// Addresses kept a name, and names kept an address.
const ADDRESSES_MAX: usize = 8;
const NAMES_MAX: usize = 4;

/// Resolvers kept a name.
const RESOLVERS_MAX: usize = 4;

/// Opcode of a query.
const QUERY: u8 = 0;

/// What one client learned of one name.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// Times at which the name was found: with an address, or with a record of the type asked for.
    pub found: Spans,
    /// Addresses that it was told (at most 8), with the first answer that had each.
    pub addresses: Vec<(IpAddr, At)>,
    /// Who found it (the first four).
    pub resolvers: Vec<IpAddr>,
    /// The first question for it by LLMNR, NetBIOS or mDNS that was not answered in its own conversation: to whom it went.
    pub asked_around: Option<(Dialect, At, Endpoint)>,
}

/// A key of [`Facts::lookups`] that owns nothing.
#[derive(Hash)]
struct Asked<'a>(IpAddr, &'a str);

impl hashbrown::Equivalent<(IpAddr, Box<str>)> for Asked<'_> {
    fn equivalent(&self, key: &(IpAddr, Box<str>)) -> bool {
        self.0 == key.0 && *self.1 == *key.1
    }
}

impl Facts {
    /// What `client` learned of `name` (lower case, no last dot).
    pub fn lookup(&self, client: IpAddr, name: &str) -> Option<&Lookup> {
        self.lookups.get(&Asked(client, name))
    }

    /// `client` found `name` (lower case, no last dot) between these times.
    pub fn resolved(&self, client: IpAddr, name: &str, from: Time, to: Time) -> bool {
        self.lookup(client, name).is_some_and(|lookup| lookup.found.within(from, to))
    }

    /// What an address is called: by the first answer of DNS that had it, else by the capture file.
    pub fn name_of(&self, addr: IpAddr) -> Option<&str> {
        let answered = self.names.get(&addr).and_then(|names| names.first()).map(|name| &**name);
        answered.or_else(|| {
            self.captures.iter().find_map(|capture| capture.names.get(&addr)).map(String::as_str)
        })
    }

    /// By which name `client` knew an address at `time`: the one that it was told last before, else as anybody calls it.
    pub fn name_for(&self, client: IpAddr, addr: IpAddr, time: Time) -> Option<&str> {
        let told = |name: &str| {
            let known = &self.lookup(client, name)?.addresses;
            known.iter().find(|(known, at)| *known == addr && at.time <= time).map(|(_, at)| *at)
        };
        let names = self.names.get(&addr).into_iter().flatten();
        let last = names.filter_map(|name| Some((told(name)?, &**name))).max_by_key(|(at, _)| *at);
        last.map(|(_, name)| name).or_else(|| self.name_of(addr))
    }

    /// Folds what was found; whether the exchange is kept.
    pub(super) fn fold_dns(&mut self, exchange: &Exchange, at: At, ends: &Ends) -> bool {
        if exchange.opcode != QUERY {
            return false;
        }
        let plain = exchange.dialect == Dialect::Dns;
        let Some(answer) = &exchange.answer else {
            if !plain {
                self.note_question(exchange, at, ends);
            }
            return plain;
        };
        if answer.rcode != 0 {
            return plain;
        }
        if is_empty(exchange, answer) {
            return plain && (answer.truncated || self.is_missed(exchange, ends.client.addr));
        }
        self.learn(exchange, answer, at, ends);
        plain && answer.truncated
    }

    /// An empty answer matters where the type is one that clients cannot do without and nothing else was found yet.
    fn is_missed(&self, exchange: &Exchange, client: IpAddr) -> bool {
        let needed = matches!(exchange.qtype, kind::A | kind::AAAA | kind::CNAME | kind::SRV);
        needed && self.lookup(client, &exchange.qname).is_none_or(|known| known.found.count == 0)
    }

    fn learn(&mut self, exchange: &Exchange, answer: &Answer, at: At, ends: &Ends) {
        let name = host(exchange);
        let resolver = ends.server.addr;
        if let Some(lookup) = self.lookup_mut(ends.client.addr, name) {
            lookup.found.add(at.time);
            if lookup.resolvers.len() < RESOLVERS_MAX && !lookup.resolvers.contains(&resolver) {
                lookup.resolvers.push(resolver);
            }
            for addr in &answer.addresses {
                let known = lookup.addresses.iter().any(|(known, _)| known == addr);
                if !known && lookup.addresses.len() < ADDRESSES_MAX {
                    lookup.addresses.push((*addr, at));
                }
            }
        }
        for addr in &answer.addresses {
            self.call(*addr, name);
        }
    }

    /// An address has a name.
    fn call(&mut self, addr: IpAddr, name: &str) {
        match entry(&mut self.names, addr, self.limits.aggregates) {
            Some(names)
                if names.len() < NAMES_MAX && !names.iter().any(|known| **known == *name) =>
            {
                names.push(name.into());
            }
            Some(_) => {}
            None => *self.lost.entry("names").or_default() += 1,
        }
    }

    fn note_question(&mut self, exchange: &Exchange, at: At, ends: &Ends) {
        if let Some(lookup) = self.lookup_mut(ends.client.addr, host(exchange)) {
            lookup.asked_around.get_or_insert((exchange.dialect, at, ends.server));
        }
    }

    /// The entry of a name, without an allocation where it is there.
    fn lookup_mut(&mut self, client: IpAddr, name: &str) -> Option<&mut Lookup> {
        if !self.lookups.contains_key(&Asked(client, name)) {
            if self.lookups.len() >= self.limits.aggregates {
                *self.lost.entry("lookups").or_default() += 1;
                return None;
            }
            self.lookups.insert((client, name.into()), Lookup::default());
        }
        self.lookups.get_mut(&Asked(client, name))
    }
}

/// Nothing of the type asked for came back; a cut answer says nothing.
fn is_empty(exchange: &Exchange, answer: &Answer) -> bool {
    match exchange.qtype {
        kind::A | kind::AAAA => answer.addresses.is_empty() && answer.flaw.is_none(),
        _ => answer.answers == 0,
    }
}

/// The name as DNS would have it: a NetBIOS name without its suffix.
fn host(exchange: &Exchange) -> &str {
    let name = &*exchange.qname;
    match exchange.dialect {
        Dialect::Nbns => name.split('<').next().unwrap_or(name),
        _ => name,
    }
}
