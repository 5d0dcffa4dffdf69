//! Names that resolved, folded: who learned what, and what addresses are called.

use super::{Facts, Spans};
use crate::proto::dns::{Answer, Dialect, Exchange};
use crate::units::{At, Endpoint, Ends, Time};
use crate::wire::dns::kind;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses kept a name, and names kept an address.
const ADDRESSES_MAX: usize = 8;
const NAMES_MAX: usize = 4;

/// Resolvers kept a name.
const RESOLVERS_MAX: usize = 4;

/// Answers of mDNS go to everybody.
const MDNS_GROUPS: [IpAddr; 2] = [
    IpAddr::V4(Ipv4Addr::new(224, 0, 0, 251)),
    IpAddr::V6(Ipv6Addr::new(0xff02, 0, 0, 0, 0, 0, 0, 0xfb)),
];

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
        let found =
            |who| self.lookup(who, name).is_some_and(|lookup| lookup.found.within(from, to));
        found(client) || is_local(name) && MDNS_GROUPS.into_iter().any(found)
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
        self.change_lookup(ends.client.addr, name, |lookup| {
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
        });
        for addr in &answer.addresses {
            self.call(*addr, name);
        }
    }

    /// An address has a name.
    fn call(&mut self, addr: IpAddr, name: &str) {
        let add = |names: &mut Vec<Box<str>>| {
            if names.len() < NAMES_MAX && !names.iter().any(|known| **known == *name) {
                names.push(name.into());
            }
        };
        if !self.room.fold(&mut self.names, addr, add) {
            self.lose("names");
        }
    }

    fn note_question(&mut self, exchange: &Exchange, at: At, ends: &Ends) {
        self.change_lookup(ends.client.addr, host(exchange), |lookup| {
            lookup.asked_around.get_or_insert((exchange.dialect, at, ends.server));
        });
    }

    /// Changes the entry of a name, without an allocation where it is there.
    fn change_lookup(&mut self, client: IpAddr, name: &str, change: impl FnOnce(&mut Lookup)) {
        if let Some(lookup) = self.lookups.get_mut(&Asked(client, name)) {
            return self.room.change(lookup, change);
        }
        if !self.room.fold(&mut self.lookups, (client, name.into()), change) {
            self.lose("lookups");
        }
    }
}

/// A name that mDNS serves.
fn is_local(name: &str) -> bool {
    name.ends_with(".local")
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;
    use crate::units::{Frame, SECOND, Transport};

    const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(10, 0, 0, 5));
    const HOST: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));

    fn at(seconds: i64) -> At {
        At { frame: Frame::new(0, seconds as u64), time: Time(seconds * SECOND) }
    }

    fn ends(client: IpAddr) -> Ends {
        let resolver = Ipv4Addr::new(10, 0, 0, 6).into();
        Ends {
            client: Endpoint { addr: client, port: Some(50_000) },
            server: Endpoint { addr: resolver, port: Some(53) },
            transport: Transport::Udp,
            flow: Frame::default(),
        }
    }

    fn exchange(name: &str, answer: Option<Answer>) -> Exchange {
        Exchange {
            dialect: Dialect::Dns,
            opcode: 0,
            qname: name.into(),
            qtype: kind::A,
            qclass: 1,
            question: None,
            repeated: None,
            attempts: 1,
            recursive: true,
            answer,
        }
    }

    /// Tells `facts` that `name` is at [`HOST`].
    fn found(facts: &mut Facts, name: &str, seconds: i64) {
        let answer = Answer { answers: 1, addresses: vec![HOST], ..Answer::default() };
        assert!(!facts.fold_dns(&exchange(name, Some(answer)), at(seconds), &ends(CLIENT)));
    }

    #[test]
    fn a_client_knows_an_address_by_the_name_it_was_told_last() {
        let mut facts = Facts::default();
        found(&mut facts, "one.example", 1);
        found(&mut facts, "two.example", 5);
        assert_eq!(facts.name_for(CLIENT, HOST, at(3).time), Some("one.example"));
        assert_eq!(facts.name_for(CLIENT, HOST, at(9).time), Some("two.example"));
        assert_eq!((facts.name_of(HOST), facts.name_of(CLIENT)), (Some("one.example"), None));
        assert!(facts.resolved(CLIENT, "two.example", at(4).time, at(6).time));
        assert!(!facts.resolved(HOST, "two.example", at(4).time, at(6).time));
    }

    #[test]
    fn what_is_found_takes_bounded_room() {
        let mut facts = Facts::new(Limits { aggregate_bytes: 10_000, ..Limits::default() });
        for n in 0..100 {
            found(&mut facts, &format!("host{n}.example"), n);
        }
        assert!((5..20).contains(&facts.lookups.len()));
        assert!(facts.names[&HOST].len() <= NAMES_MAX);
        assert_eq!(facts.lookups.len() as u64 + facts.lost["lookups"], 100);
    }

    #[test]
    fn failures_are_kept_and_an_ipv6_address_that_is_not_there_is_not() {
        let mut facts = Facts::default();
        let mut keeps = |exchange: &Exchange| facts.fold_dns(exchange, at(9), &ends(CLIENT));
        let empty = || Some(Answer::default());
        assert!(keeps(&exchange("a.example", Some(Answer { rcode: 3, ..Answer::default() }))));
        assert!(keeps(&exchange("a.example", None)));
        assert!(keeps(&exchange("a.example", empty())), "no address");
        assert!(!keeps(&Exchange { qtype: 16, ..exchange("a.example", empty()) }), "no text");
        assert!(!keeps(&Exchange { opcode: 5, ..exchange("a.example", None) }), "an update");
        found(&mut facts, "a.example", 1);
        let v6 = Exchange { qtype: kind::AAAA, ..exchange("a.example", empty()) };
        assert!(!facts.fold_dns(&v6, at(9), &ends(CLIENT)));
    }

    #[test]
    fn neighbours_that_were_asked_are_remembered() {
        let mut facts = Facts::default();
        let ask = Exchange { dialect: Dialect::Nbns, ..exchange("files<20>", None) };
        assert!(!facts.fold_dns(&ask, at(1), &ends(CLIENT)));
        let lookup = facts.lookup(CLIENT, "files").expect("is there");
        assert_eq!(
            lookup.asked_around.map(|(dialect, at, _)| (dialect, at)),
            Some((Dialect::Nbns, at(1)))
        );
    }
}
