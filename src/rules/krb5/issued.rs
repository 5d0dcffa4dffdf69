//! What clients that failed got all the same: tickets by user and by service.

use super::failure::Hosts;
use super::moments::Moments;
use super::principal;
use crate::facts::{Facts, Map, Spans, Tickets};
use crate::units::{SECOND, Time};
use std::net::IpAddr;

/// A success shortly before a failure makes up for it, too: clients ask several KDCs at once.
const BEFORE: i64 = 2 * SECOND;

/// Tickets of the clients in question.
pub(super) struct Issued<'a> {
    facts: &'a Facts,
    /// Logons: ticket-granting tickets.
    logons: Map<IpAddr, Moments>,
    /// Those of one user, in lower case.
    users: Map<(IpAddr, String), Moments>,
    /// The only user of a client; `None` where there are several.
    only: Map<IpAddr, Option<&'a str>>,
    /// Tickets for any service.
    services: Map<IpAddr, Moments>,
    /// Tickets for services by kind of service and first label of the host.
    short: Map<(IpAddr, String), Moments>,
}

impl<'a> Issued<'a> {
    /// Those of `clients`; looks once through all tickets.
    pub(super) fn new(facts: &'a Facts, clients: &Hosts) -> Self {
        let mut issued = Self {
            facts,
            logons: Map::default(),
            users: Map::default(),
            only: Map::default(),
            services: Map::default(),
            short: Map::default(),
        };
        if !clients.is_empty() {
            let all = facts.tickets.iter().filter(|((client, _), _)| clients.contains(client));
            all.for_each(|((client, name), tickets)| issued.add(*client, name, tickets));
        }
        issued.join();
        issued
    }

    fn add(&mut self, client: IpAddr, name: &str, tickets: &'a Tickets) {
        if !name.starts_with(principal::GRANTING) {
            let short = (client, principal::short(name));
            self.services.entry(client).or_default().add(&tickets.issued);
            self.short.entry(short).or_default().add(&tickets.issued);
            return;
        }
        self.logons.entry(client).or_default().add(&tickets.issued);
        for (user, spans) in &tickets.users {
            self.add_user(client, user, spans);
        }
    }

    /// The names that a KDC gives back are those of the account.
    fn add_user(&mut self, client: IpAddr, user: &'a str, spans: &Spans) {
        let name = user.rsplit_once('@').map_or(user, |(name, _)| name);
        self.users.entry((client, name.to_lowercase())).or_default().add(spans);
        let only = self.only.entry(client).or_insert(Some(user));
        *only = only.filter(|known| known.eq_ignore_ascii_case(user));
    }

    fn join(&mut self) {
        let logons = self.logons.values_mut().chain(self.users.values_mut());
        let services = self.services.values_mut().chain(self.short.values_mut());
        logons.chain(services).for_each(Moments::join);
    }

    /// `user` logged on at `client` within `after` of `time`; without a user anybody counts.
    pub(super) fn logon(&self, client: IpAddr, user: Option<&str>, time: Time, after: i64) -> bool {
        let moments = match user {
            Some(user) => self.users.get(&(client, user.to_lowercase())),
            None => self.logons.get(&client),
        };
        near(moments, time, after)
    }

    /// `client` got a ticket for this very service.
    pub(super) fn ticket(&self, client: IpAddr, service: &str, time: Time, after: i64) -> bool {
        let key = (client, service.to_lowercase().into_boxed_str());
        let tickets = self.facts.tickets.get(&key);
        tickets.is_some_and(|tickets| tickets.issued.within(from(time), to(time, after)))
    }

    /// `client` got a ticket for this service under a longer or shorter name of its host.
    pub(super) fn alias(&self, client: IpAddr, service: &str, time: Time, after: i64) -> bool {
        let key = (client, principal::short(&service.to_lowercase()));
        near(self.short.get(&key), time, after)
    }

    /// `client` got a ticket for any service.
    pub(super) fn any_service(&self, client: IpAddr, time: Time, after: i64) -> bool {
        near(self.services.get(&client), time, after)
    }

    /// The user who logged on at `client`, if it is one only: `alice@EXAMPLE.COM`.
    pub(super) fn only_user(&self, client: IpAddr) -> Option<&'a str> {
        self.only.get(&client).copied().flatten()
    }
}

fn near(moments: Option<&Moments>, time: Time, after: i64) -> bool {
    moments.is_some_and(|moments| moments.within(from(time), to(time, after)))
}

fn from(time: Time) -> Time {
    Time(time.0.saturating_sub(BEFORE))
}

fn to(time: Time, after: i64) -> Time {
    Time(time.0.saturating_add(after))
}
