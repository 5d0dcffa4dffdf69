//! How clients that failed got at a host all the same: by NTLM, or over HTTP by whatever they showed it.

use super::failure::Hosts;
use super::principal;
use crate::facts::{Facts, Kind, Map, Success, Web};
use crate::proto::http::{Credentials, Scheme};
use crate::proto::{Fact, auth};
use crate::units::{At, Endpoint, Ends, SECOND, Time};
use std::net::IpAddr;

/// Logons (or web servers) of one client that are looked through for one failure.
const LOOKED_THROUGH_MAX: usize = 64;

/// A use of NTLM.
#[derive(Clone, Copy)]
pub(super) struct Ntlm<'a> {
    /// Where.
    pub(super) at: At,
    /// Between whom.
    pub(super) ends: &'a Ends,
    /// The host, as client or server call it.
    pub(super) host: &'a str,
    /// It came in a Negotiate header or was answered: whether the server refused it; `None`: not known.
    pub(super) refused: Option<bool>,
}

/// What the clients in question achieved.
pub(super) struct Access<'a> {
    facts: &'a Facts,
    /// By client and first label of the host, in frame order.
    ntlm: Map<(IpAddr, String), Vec<Ntlm<'a>>>,
    web: Map<IpAddr, Vec<(Endpoint, &'a Web)>>,
}

impl<'a> Access<'a> {
    /// Of `clients`; looks once through all that may be a use of NTLM.
    pub(super) fn new(facts: &'a Facts, clients: &Hosts) -> Self {
        let mut access = Self { facts, ntlm: Map::default(), web: Map::default() };
        if clients.is_empty() {
            return access;
        }
        for kept in facts.of_any(&[Kind::Auth, Kind::Http]) {
            let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
            if clients.contains(&ends.client.addr) {
                access.note(at, ends, &kept.emitted.fact);
            }
        }
        for ((client, server), web) in &facts.web {
            if clients.contains(client) {
                access.web.entry(*client).or_default().push((*server, web));
            }
        }
        // The order of a map is not stable, and not all may be looked through.
        access.web.values_mut().for_each(|known| known.sort_unstable_by_key(|(server, _)| *server));
        access
    }

    fn note(&mut self, at: At, ends: &'a Ends, fact: &'a Fact) {
        match fact {
            Fact::Auth(auth::Fact::Ntlm(ntlm)) => {
                let refused = ntlm.accepted.map(|accepted| !accepted);
                let target = ntlm.target.as_deref().and_then(principal::host);
                let names = ntlm.server_names.iter().map(|name| &**name);
                for host in target.into_iter().chain(names) {
                    self.add(Ntlm { at, ends, host, refused });
                }
            }
            Fact::Http(exchange) => {
                let shown = exchange.credentials.as_ref().filter(|shown| is_ntlm(shown));
                if let (Some(_), Some(host)) = (shown, &exchange.host) {
                    self.add(Ntlm { at, ends, host, refused: None });
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, ntlm: Ntlm<'a>) {
        let key = (ntlm.ends.client.addr, principal::label(ntlm.host).to_lowercase());
        self.ntlm.entry(key).or_default().push(ntlm);
    }

    /// The next use of NTLM by `client` with `host` within `after` of `time`.
    pub(super) fn ntlm_after(
        &self,
        client: IpAddr,
        host: &str,
        time: Time,
        after: i64,
    ) -> Option<Ntlm<'a>> {
        let uses = self.ntlm.get(&(client, principal::label(host).to_lowercase()))?;
        let from = uses.partition_point(|ntlm| ntlm.at.time < time);
        let near = uses.iter().skip(from).take(LOOKED_THROUGH_MAX);
        let mut near = near.take_while(|ntlm| ntlm.at.time.since(time) <= after);
        near.find(|ntlm| principal::same_host(ntlm.host, host)).copied()
    }

    /// A web server that is called `host` let `client` in within `after` of `time`.
    pub(super) fn web(&self, client: IpAddr, host: &str, time: Time, after: i64) -> bool {
        let known = self.web.get(&client).into_iter().flatten().take(LOOKED_THROUGH_MAX);
        known
            .filter(|(_, web)| web.let_in.within(time, Time(time.0.saturating_add(after))))
            .any(|(server, _)| self.is_called(client, server.addr, host))
    }

    /// `server` let `client` in within `after` of `time`, or shortly before; or accepted its ticket then.
    pub(super) fn let_in(&self, client: IpAddr, server: Endpoint, time: Time, after: i64) -> bool {
        let (from, to) = (Time(time.0.saturating_sub(SECOND)), Time(time.0.saturating_add(after)));
        let key = (client, server);
        let web = self.facts.web.get(&key).is_some_and(|web| web.let_in.within(from, to));
        web || self
            .facts
            .pairs
            .get(&key)
            .is_some_and(|pair| pair.when(Success::TicketAccepted).within(from, to))
    }

    fn is_called(&self, client: IpAddr, addr: IpAddr, host: &str) -> bool {
        let names = self.facts.names.get(&addr).into_iter().flatten();
        let looked_up = self.facts.lookups.get(&(client, host.to_lowercase().into_boxed_str()));
        names.into_iter().any(|name| principal::same_host(name, host))
            || looked_up
                .is_some_and(|found| found.addresses.iter().any(|(known, _)| *known == addr))
            || host.parse() == Ok(addr)
    }
}

/// NTLM, by its own name or within Negotiate.
fn is_ntlm(shown: &Credentials) -> bool {
    shown.scheme == Scheme::Ntlm || shown.mechanism == Some(auth::Mechanism::Ntlm)
}
