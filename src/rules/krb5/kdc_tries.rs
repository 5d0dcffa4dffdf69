//! Tries to reach a KDC that came to nothing, by client; and when KDCs did answer.

use super::failure::{Failure, Hosts};
use super::moments::Moments;
use crate::facts::{Facts, Kept, Map, Success};
use crate::proto::krb5;
use crate::proto::krb5::{Outcome, Place};
use crate::proto::tcp::{self, Attempts};
use crate::units::{At, Endpoint, Ends, SECOND, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// The port of KDCs.
pub(super) const PORT: u16 = 88;

/// Ports that domain controllers have beside it: DNS, RPC, LDAP, SMB, kpasswd, global catalogue.
const OF_CONTROLLERS: [u16; 8] = [53, 135, 389, 445, 464, 636, 3268, 3269];

/// From this many other services tried in vain on, the client scans.
const SCAN_MIN: usize = 3;

/// Stacks ask again after one second at the earliest; less is a copy.
const REPEAT_NS: i64 = 900_000_000;

/// What became of a try.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// Requests got no answer.
    Silent,
    /// SYNs got no answer.
    NoConnection,
    /// The SYN was answered with a reset.
    Refused,
}

/// A try.
#[derive(Clone, Copy)]
pub(super) struct Try<'a> {
    /// The first packet.
    pub(super) at: At,
    /// The last one.
    pub(super) last: Time,
    /// Between whom.
    pub(super) ends: &'a Ends,
    /// The realm asked.
    pub(super) realm: Option<&'a str>,
    /// How often it was sent.
    pub(super) attempts: u32,
    /// What became of it.
    pub(super) how: How,
}

/// All tries, by client, in frame order; those of scanners are left out.
pub(super) fn tries(facts: &Facts) -> BTreeMap<IpAddr, Vec<Try<'_>>> {
    let mut tries: BTreeMap<IpAddr, Vec<Try<'_>>> = BTreeMap::new();
    let mut elsewhere: Map<IpAddr, BTreeSet<Endpoint>> = Map::default();
    for (kept, tried) in in_vain(facts) {
        let ends = &kept.emitted.ends;
        if ends.server.port == Some(PORT) {
            tries.entry(ends.client.addr).or_default().push(tried);
        } else if !is_controllers(ends.server) {
            let known = elsewhere.entry(ends.client.addr).or_default();
            if known.len() < SCAN_MIN {
                known.insert(ends.server);
            }
        }
    }
    let scans =
        |client: &IpAddr| elsewhere.get(client).is_some_and(|known| known.len() >= SCAN_MIN);
    tries.retain(|client, _| !scans(client));
    tries
}

/// Requests without an answer and connections that did not come to stand, whatever the service, in frame order.
fn in_vain(facts: &Facts) -> Vec<(&Kept, Try<'_>)> {
    let requests = facts.krb5().filter_map(|(kept, fact)| {
        let krb5::Fact::Exchange(exchange) = fact else { return None };
        Some((kept, silent(kept.emitted.at, &kept.emitted.ends, exchange)?))
    });
    let connections = facts.tcp().filter_map(|(kept, fact)| {
        let (syns, how) = match fact {
            tcp::Fact::Refused(syns) => (syns, How::Refused),
            tcp::Fact::Unanswered(syns) if waited(syns) => (syns, How::NoConnection),
            _ => return None,
        };
        Some((kept, connection(&kept.emitted.ends, syns, how)))
    });
    let mut tries: Vec<_> = requests.chain(connections).collect();
    tries.sort_by_key(|(kept, _)| kept.emitted.at.frame);
    tries
}

fn silent<'a>(at: At, ends: &'a Ends, exchange: &'a krb5::Exchange) -> Option<Try<'a>> {
    let unanswered =
        matches!(exchange.outcome, Outcome::Unanswered) && exchange.place == Place::Kdc;
    unanswered.then(|| Try {
        at,
        last: at.time,
        ends,
        realm: exchange.realm.as_deref().filter(|realm| !realm.is_empty()),
        attempts: exchange.attempts,
        how: How::Silent,
    })
}

fn connection<'a>(ends: &'a Ends, syns: &Attempts, how: How) -> Try<'a> {
    let Attempts { first, last, attempts, .. } = syns;
    Try { at: *first, last: last.time, ends, realm: None, attempts: *attempts, how }
}

/// The client asked again, later than after a reset that was not captured.
fn waited(syns: &Attempts) -> bool {
    syns.attempts >= 2 && syns.last.time.since(syns.first.time) >= REPEAT_NS && !syns.one_sided
}

fn is_controllers(server: Endpoint) -> bool {
    server.port.is_some_and(|port| OF_CONTROLLERS.contains(&port))
}

/// When clients were answered by any KDC.
pub(super) struct Answered(Map<IpAddr, Moments>);

impl Answered {
    /// Of `clients`.
    pub(super) fn new(facts: &Facts, failures: &[Failure<'_>], clients: &Hosts) -> Self {
        let mut answered: Map<IpAddr, Moments> = Map::default();
        if clients.is_empty() {
            return Self(answered);
        }
        let tickets = facts.tickets.iter().filter(|((client, _), _)| clients.contains(client));
        for ((client, _), tickets) in tickets {
            answered.entry(*client).or_default().add(&tickets.issued);
        }
        for asked in failures.iter().map(|failure| failure.asked) {
            if clients.contains(&asked.client()) && asked.exchange.place == Place::Kdc {
                answered.entry(asked.client()).or_default().add_one(asked.at.time);
            }
        }
        // The demand for a proof is an answer, too.
        for ((client, server), pair) in &facts.pairs {
            if server.port == Some(PORT) && clients.contains(client) {
                answered.entry(*client).or_default().add(pair.when(Success::PlainAnswered));
            }
        }
        answered.values_mut().for_each(Moments::join);
        Self(answered)
    }

    /// A KDC answered `client` between `from` and `to`.
    pub(super) fn within(&self, client: IpAddr, from: Time, to: Time) -> bool {
        self.0.get(&client).is_some_and(|moments| moments.within(from, to))
    }
}

/// A second before a try, so that an answer that crossed it counts.
pub(super) fn just_before(time: Time) -> Time {
    Time(time.0.saturating_sub(SECOND))
}
