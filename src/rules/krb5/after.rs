//! What came after a failure: success suppresses.

use super::access::Access;
use super::failure::{Asked, Failure, Hosts, failures};
use super::issued::Issued;
use super::principal;
use crate::facts::{Facts, Map};
use crate::proto::krb5::Request;
use crate::units::{SECOND, Time};
use std::cell::OnceCell;
use std::net::IpAddr;

/// The program tries again by itself.
const RETRY: i64 = 10 * SECOND;
/// A person types the password again.
const TYPED_AGAIN: i64 = 60 * SECOND;

/// An enterprise name (RFC 6806 section 5): the KDC is expected to send the client elsewhere.
pub(super) const ENTERPRISE: i32 = 10;

/// Codes after which a person has to do something first.
const BY_HAND: [i32; 4] = [18, 23, 24, 31];

/// PREAUTH_FAILED, and BAD_INTEGRITY as MIT says it.
const WRONG_PASSWORD: [i32; 2] = [24, 31];

/// Realms asked by one client that are looked through.
const REALMS_MAX: usize = 64;

/// What the clients that failed achieved.
pub(super) struct After<'a> {
    pub(super) issued: Issued<'a>,
    pub(super) access: Access<'a>,
    facts: &'a Facts,
    /// Realms that answered a client with an error, and when; few failures ask for them.
    realms: OnceCell<Realms<'a>>,
    /// Wrong passwords, by client and user.
    passwords: Map<(IpAddr, &'a str), u64>,
}

/// Realms by client, in the order in which they answered.
type Realms<'a> = Map<IpAddr, Vec<(Time, &'a str)>>;

fn realms(facts: &Facts) -> Realms<'_> {
    let mut realms = Realms::default();
    for asked in failures(facts).map(|failure| failure.asked) {
        let known = realms.entry(asked.client()).or_default();
        known.extend(asked.realm().map(|realm| (asked.at.time, realm)));
    }
    realms
}

impl<'a> After<'a> {
    /// The clients are those of `asked`.
    pub(super) fn new<'b>(
        facts: &'a Facts,
        failures: &[Failure<'a>],
        asked: impl Iterator<Item = &'b Asked<'a>>,
    ) -> Self
    where
        'a: 'b,
    {
        let clients: Hosts = asked.map(Asked::client).collect();
        let mut passwords: Map<_, u64> = Map::default();
        let wrong = failures.iter().filter(|failure| WRONG_PASSWORD.contains(&failure.code));
        for asked in wrong.map(|failure| failure.asked) {
            if let Some(user) = asked.user().filter(|_| clients.contains(&asked.client())) {
                *passwords.entry((asked.client(), user)).or_default() += 1;
            }
        }
        let (issued, access) = (Issued::new(facts, &clients), Access::new(facts, &clients));
        Self { issued, access, facts, realms: OnceCell::new(), passwords }
    }

    /// The client got what it wanted soon after all.
    pub(super) fn recovered(&self, failure: &Failure<'_>) -> bool {
        let asked = &failure.asked;
        let (client, time) = (asked.client(), asked.at.time);
        let service = asked.service();
        let after = if BY_HAND.contains(&failure.error.code) { TYPED_AGAIN } else { RETRY };
        match asked.exchange.request {
            _ if asked.is_at_service() => self.access.let_in(client, asked.server(), time, RETRY),
            Request::As if service.is_none_or(principal::is_granting) => {
                let referred = asked.exchange.name_type == Some(ENTERPRISE);
                let user = asked.user().filter(|_| !referred);
                self.issued.logon(client, user, time, after)
            }
            Request::Tgs if service.is_some_and(principal::is_granting) => {
                self.issued.logon(client, None, time, after)
            }
            _ => service.is_some_and(|service| self.issued.ticket(client, service, time, after)),
        }
    }

    /// How often the same user gave a wrong password at the same client.
    pub(super) fn wrong_passwords(&self, asked: &Asked<'_>) -> u64 {
        let key = asked.user().map(|user| (asked.client(), user));
        key.and_then(|key| self.passwords.get(&key)).copied().unwrap_or_default()
    }

    /// The client went on to another realm, which answered.
    pub(super) fn went_to_other_realm(&self, failure: &Failure<'_>) -> bool {
        let (asked, time) = (&failure.asked, failure.asked.at.time);
        let Some(realm) = asked.realm() else { return false };
        let realms = self.realms.get_or_init(|| realms(self.facts));
        let Some(known) = realms.get(&asked.client()) else { return false };
        let from = known.partition_point(|(answered, _)| *answered < time);
        let soon = known.iter().skip(from).take(REALMS_MAX);
        let mut soon = soon.take_while(|(answered, _)| answered.since(time) <= RETRY);
        soon.any(|(_, other)| !other.eq_ignore_ascii_case(realm))
    }
}
