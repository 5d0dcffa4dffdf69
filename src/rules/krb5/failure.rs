//! Requests that were refused, and those that are equal as one group: same client, user or service, realm, code.

use crate::facts::{Facts, Map};
use crate::proto::krb5::{Exchange, Fact, KrbError, Outcome, Place, Request};
use crate::rules::Set;
use crate::units::{At, Endpoint, Ends, Time};
use std::net::IpAddr;

/// Some hosts.
pub(super) type Hosts = Set<IpAddr>;

/// An exchange of Kerberos with its place.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// Where it stands.
    pub(super) at: At,
    /// Between whom.
    pub(super) ends: &'a Ends,
    /// What happened.
    pub(super) exchange: &'a Exchange,
}

/// A request that was answered with an error. Many rules ask all of them for the code, so that it stands here, too.
#[derive(Clone, Copy)]
pub(in crate::rules) struct Failure<'a> {
    /// The request.
    pub(super) asked: Asked<'a>,
    /// The answer.
    pub(super) error: &'a KrbError,
    /// Its code.
    pub(super) code: i32,
}

/// Equal failures, in frame order; there is one at least.
pub(super) struct Group<'a> {
    /// The first of them.
    pub(super) first: Failure<'a>,
    /// The others.
    pub(super) further: Vec<Failure<'a>>,
}

/// The exchanges that are kept, in frame order.
pub(super) fn exchanges(facts: &Facts) -> impl Iterator<Item = Asked<'_>> {
    facts.krb5().filter_map(|(kept, fact)| match fact {
        Fact::Exchange(exchange) => {
            Some(Asked { at: kept.emitted.at, ends: &kept.emitted.ends, exchange })
        }
        _ => None,
    })
}

/// Those of them that were answered with an error.
pub(in crate::rules) fn failures(facts: &Facts) -> impl Iterator<Item = Failure<'_>> {
    exchanges(facts).filter_map(|asked| match &asked.exchange.outcome {
        Outcome::Error(error) => Some(Failure { asked, error, code: error.code }),
        _ => None,
    })
}

/// What makes failures equal. KDCs of one realm are one party; a service that refuses tickets is itself.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    client: IpAddr,
    service_host: Option<IpAddr>,
    request: Request,
    code: i32,
    status: Option<u32>,
    realm: Option<&'a str>,
    about: Option<&'a str>,
    for_user: Option<&'a str>,
}

/// Equal ones among `failures` put together, in the order in which each kind was met first.
pub(super) fn grouped<'f, 'a: 'f>(
    failures: impl Iterator<Item = &'f Failure<'a>>,
) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: Map<Key<'a>, usize> = Map::default();
    for failure in failures {
        let place = *places.entry(failure.key()).or_insert(groups.len());
        match groups.get_mut(place) {
            Some(group) => group.further.push(*failure),
            None => groups.push(Group { first: *failure, further: Vec::new() }),
        }
    }
    groups
}

impl<'a> Asked<'a> {
    /// Who asked.
    pub(super) fn client(&self) -> IpAddr {
        self.ends.client.addr
    }

    /// Whom it asked.
    pub(super) fn server(&self) -> Endpoint {
        self.ends.server
    }

    /// The request is a logon: it asks for a ticket by the user's own key.
    pub(super) fn is_logon(&self) -> bool {
        self.exchange.request == Request::As
    }

    /// A service judged it, not a KDC.
    pub(super) fn is_at_service(&self) -> bool {
        self.exchange.request == Request::Ap || self.exchange.place == Place::Http
    }

    /// The user, without realm.
    pub(super) fn user(&self) -> Option<&'a str> {
        self.exchange.cname.as_deref().filter(|name| !name.is_empty())
    }

    /// The user with the realm: `alice@EXAMPLE.COM`.
    pub(super) fn full_user(&self) -> Option<String> {
        Some(match self.user_and_realm()? {
            (user, Some(realm)) => format!("{user}@{realm}"),
            (user, None) => user.to_owned(),
        })
    }

    /// The user, and the realm.
    pub(super) fn user_and_realm(&self) -> Option<(&'a str, Option<&'a str>)> {
        Some((self.user()?, self.exchange.crealm.as_deref().or(self.realm())))
    }

    /// The service asked for: `HTTP/web.example.com`.
    pub(super) fn service(&self) -> Option<&'a str> {
        self.exchange.sname.as_deref().filter(|name| !name.is_empty())
    }

    /// The realm asked.
    pub(super) fn realm(&self) -> Option<&'a str> {
        let realm = self.exchange.realm.as_deref().or(self.exchange.crealm.as_deref());
        realm.filter(|realm| !realm.is_empty())
    }
}

impl<'a> Failure<'a> {
    fn key(&self) -> Key<'a> {
        let Asked { ends, exchange, .. } = self.asked;
        let about = if self.asked.is_logon() { self.asked.user() } else { self.asked.service() };
        Key {
            client: ends.client.addr,
            service_host: self.asked.is_at_service().then_some(ends.server.addr),
            request: exchange.request,
            code: self.code,
            status: self.error.nt_status,
            realm: self.asked.realm(),
            about,
            for_user: exchange.for_user.as_deref(),
        }
    }
}

impl<'a> Group<'a> {
    /// All of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &Failure<'a>> {
        std::iter::once(&self.first).chain(&self.further)
    }

    /// How many.
    pub(super) fn count(&self) -> u64 {
        1 + self.further.len() as u64
    }

    /// When the last one was answered.
    pub(super) fn last(&self) -> Time {
        self.further.last().unwrap_or(&self.first).asked.at.time
    }

    /// The KDCs (or services) that said so, each once, at most `max`.
    pub(super) fn servers(&self, max: usize) -> Vec<Endpoint> {
        let mut servers = Vec::new();
        for server in self.all().map(|failure| failure.asked.server()) {
            if servers.len() < max && !servers.contains(&server) {
                servers.push(server);
            }
        }
        servers
    }
}
