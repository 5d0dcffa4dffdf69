//! What clients that failed got all the same: tickets by user and by service.

use super::failure::Hosts;
use super::principal;
use crate::facts::{Facts, Map, Spans, Tickets};
use crate::units::{SECOND, Time};
use std::net::IpAddr;

/// Realms (or aliases of a service) of one client that are looked through.
const LISTED_MAX: usize = 16;

/// A success shortly before a failure makes up for it, too: clients ask several KDCs at once.
const BEFORE: i64 = 2 * SECOND;

/// Tickets of the clients in question.
pub(super) struct Issued<'a> {
    facts: &'a Facts,
    /// Ticket-granting tickets, by client.
    granting: Map<IpAddr, Vec<&'a Tickets>>,
    /// Tickets for services, by client, kind of service and first label of the host.
    short: Map<(IpAddr, String), Vec<&'a Tickets>>,
    /// Tickets for services, by client.
    services: Map<IpAddr, Vec<&'a Tickets>>,
}

impl<'a> Issued<'a> {
    /// Those of `clients`; looks once through all tickets.
    pub(super) fn new(facts: &'a Facts, clients: &Hosts) -> Self {
        let mut issued = Self {
            facts,
            granting: Map::default(),
            short: Map::default(),
            services: Map::default(),
        };
        let of_clients = facts.tickets.iter().filter(|((client, _), _)| clients.contains(client));
        for ((client, name), tickets) in of_clients.filter(|_| !clients.is_empty()) {
            if name.starts_with(principal::GRANTING) {
                put(issued.granting.entry(*client).or_default(), tickets);
            } else {
                put(issued.services.entry(*client).or_default(), tickets);
                put(issued.short.entry((*client, principal::short(name))).or_default(), tickets);
            }
        }
        issued
    }

    /// `user` logged on at `client` within `after` of `time`; without a user anybody counts.
    pub(super) fn logon(&self, client: IpAddr, user: Option<&str>, time: Time, after: i64) -> bool {
        let granted = self.granting.get(&client).into_iter().flatten();
        let user = user.map(|user| user.to_lowercase());
        let mut spans = granted.flat_map(|tickets| match &user {
            Some(user) => of_user(tickets, user),
            None => vec![&tickets.issued],
        });
        spans.any(|spans| near(spans, time, after))
    }

    /// `client` got a ticket for this very service.
    pub(super) fn ticket(&self, client: IpAddr, service: &str, time: Time, after: i64) -> bool {
        let key = (client, service.to_lowercase().into_boxed_str());
        self.facts.tickets.get(&key).is_some_and(|tickets| near(&tickets.issued, time, after))
    }

    /// `client` got a ticket for this service under a longer or shorter name of its host.
    pub(super) fn alias(&self, client: IpAddr, service: &str, time: Time, after: i64) -> bool {
        let key = (client, principal::short(&service.to_lowercase()));
        let known = self.short.get(&key).into_iter().flatten();
        known.into_iter().any(|tickets| near(&tickets.issued, time, after))
    }

    /// `client` got a ticket for any service.
    pub(super) fn any_service(&self, client: IpAddr, time: Time, after: i64) -> bool {
        let known = self.services.get(&client).into_iter().flatten();
        known.into_iter().any(|tickets| near(&tickets.issued, time, after))
    }

    /// The users who logged on at `client`, if it is one only.
    pub(super) fn only_user(&self, client: IpAddr) -> Option<&'a str> {
        let mut users = self.granting.get(&client)?.iter().flat_map(|tickets| &tickets.users);
        let (first, _) = users.next()?;
        users.all(|(user, _)| user == first).then_some(first)
    }
}

/// The spans of `user`; the names that a KDC gives back are those of the account.
fn of_user<'a>(tickets: &'a Tickets, user: &str) -> Vec<&'a Spans> {
    let named = tickets
        .users
        .iter()
        .filter(|(known, _)| known.rsplit_once('@').map_or(&**known, |(name, _)| name) == user);
    named.map(|(_, spans)| spans).collect()
}

/// Notes tickets; those beyond [`LISTED_MAX`] are not looked through.
fn put<'a>(known: &mut Vec<&'a Tickets>, tickets: &'a Tickets) {
    if known.len() < LISTED_MAX {
        known.push(tickets);
    }
}

fn near(spans: &Spans, time: Time, after: i64) -> bool {
    spans.within(Time(time.0.saturating_sub(BEFORE)), Time(time.0.saturating_add(after)))
}
