//! Who tries so many services in vain that it is a scan, not a fault.

use crate::facts::Facts;
use crate::proto::tcp::{Attempts, Fact};
use crate::rules::{Found, Id, words};
use crate::units::{Endpoint, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// From this many services tried in vain on, a client scans.
const SERVICES_MIN: usize = 15;

/// A client that knocks everywhere.
#[derive(Default)]
pub(super) struct Scan {
    services: BTreeSet<Endpoint>,
    first: Option<crate::units::At>,
    last: Option<Time>,
    attempts: u64,
    refused: u64,
}

impl Scan {
    fn add(&mut self, server: Endpoint, tried: &Attempts, refused: bool) {
        self.services.insert(server);
        self.first = self.first.min(Some(tried.first)).or(Some(tried.first));
        self.last = self.last.max(Some(tried.last.time));
        self.attempts += 1;
        self.refused += u64::from(refused);
    }

    /// Most of its attempts were refused, rather than not answered.
    pub(super) fn was_refused(&self) -> bool {
        self.refused * 2 >= self.attempts
    }

    /// Hosts of which it tried so many ports that whatever else fails there is a probe too.
    fn probed(&self) -> Vec<IpAddr> {
        let mut ports: BTreeMap<IpAddr, usize> = BTreeMap::new();
        for service in &self.services {
            *ports.entry(service.addr).or_default() += 1;
        }
        ports.retain(|_, ports| *ports >= SERVICES_MIN);
        ports.into_keys().collect()
    }

    /// The one note about it.
    pub(super) fn note<'a>(&self, id: &Id, client: IpAddr) -> Option<Found<'a>> {
        let first = self.first?;
        let hosts: BTreeSet<IpAddr> = self.services.iter().map(|service| service.addr).collect();
        let tried = format!(
            "{} on {}",
            words::counted(self.services.len() as u64, "port"),
            words::counted(hosts.len() as u64, "host")
        );
        let note = Found::capture(id, first)
            .no_worse_than(crate::finding::Severity::Note)
            .client(crate::finding::Party::Host(client))
            .title(format!("{} tried {tried} in vain: a scan, or a list of dead peers", words::CLIENT))
            .cause(format!(
                "{} knocked at {tried} without success ({} of {} attempts were refused). So many services \
                 do not fail together: this looks like a port scan, a monitor or a peer-to-peer program.",
                words::CLIENT,
                self.refused,
                self.attempts
            ))
            .remedy("Nothing to repair if the scan is known; otherwise find out what runs on that host.")
            .key("scan")
            .probed(self.probed())
            .times(self.attempts, first.time, self.last.unwrap_or(first.time))
            .evidence(first, "the first of its attempts");
        Some(note)
    }
}

/// The scanning clients of a capture.
pub(super) fn scans(facts: &Facts) -> BTreeMap<IpAddr, Scan> {
    let mut clients: BTreeMap<IpAddr, Scan> = BTreeMap::new();
    for (kept, fact) in facts.tcp() {
        let ends = &kept.emitted.ends;
        let (tried, refused) = match fact {
            Fact::Refused(tried) => (tried, true),
            Fact::Unanswered(tried) => (tried, false),
            _ => continue,
        };
        clients.entry(ends.client.addr).or_default().add(ends.server, tried, refused);
    }
    clients.retain(|_, scan| scan.services.len() >= SERVICES_MIN);
    clients
}
