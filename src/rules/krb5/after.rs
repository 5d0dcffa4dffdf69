//! What came after a failure: success suppresses.

use super::access::Access;
use super::failure::{Asked, Failure, Hosts, failures};
use super::issued::Issued;
use super::principal;
use crate::facts::{Facts, Map};
use crate::proto::krb5::Request;
use crate::units::{SECOND, Time};
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
    /// Realms that answered a client with an error, and when.
    realms: Map<IpAddr, Vec<(Time, &'a str)>>,
    /// Wrong passwords, by client and user.
    passwords: Map<(IpAddr, &'a str), u64>,
}

impl<'a> After<'a> {
    /// The clients are those of `asked`.
    pub(super) fn new<'b>(facts: &'a Facts, asked: impl Iterator<Item = &'b Asked<'a>>) -> Self
    where
        'a: 'b,
    {
        let clients: Hosts = asked.map(Asked::client).collect();
        let mut realms: Map<IpAddr, Vec<_>> = Map::default();
        let mut passwords: Map<_, u64> = Map::default();
        let of_clients =
            failures(facts).filter(|failure| clients.contains(&failure.asked.client()));
        for Failure { asked, error } in of_clients {
            if let (true, Some(user)) = (WRONG_PASSWORD.contains(&error.code), asked.user()) {
                *passwords.entry((asked.client(), user)).or_default() += 1;
            }
            let known = realms.entry(asked.client()).or_default();
            known.extend(asked.realm().map(|realm| (asked.at.time, realm)));
        }
        let (issued, access) = (Issued::new(facts, &clients), Access::new(facts, &clients));
        Self { issued, access, realms, passwords }
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
        let Some(known) = self.realms.get(&asked.client()) else { return false };
        let from = known.partition_point(|(answered, _)| *answered < time);
        let soon = known.iter().skip(from).take(REALMS_MAX);
        let mut soon = soon.take_while(|(answered, _)| answered.since(time) <= RETRY);
        soon.any(|(_, other)| !other.eq_ignore_ascii_case(realm))
    }
}
