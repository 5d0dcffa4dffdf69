//! Several ports of one host that one client tried in vain are one finding.

use crate::facts::Facts;
use crate::rules::{Found, Step, suppress, words};
use crate::units::{Ends, Time};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

/// From this many ports of one host on, they are told as one.
const PORTS_MIN: usize = 3;

/// Hosts with the ports that a client tried in vain.
pub(super) struct InVain(BTreeMap<(IpAddr, IpAddr), BTreeSet<u16>>);

impl InVain {
    /// From the attempts and when they failed; those that the client got over stand alone.
    pub(super) fn new<'a>(
        facts: &Facts,
        attempts: impl IntoIterator<Item = (&'a Ends, Time)>,
    ) -> Self {
        let mut hosts: BTreeMap<_, BTreeSet<u16>> = BTreeMap::new();
        for (Ends { client, server, .. }, time) in attempts {
            let (client, server, connected) = (client.addr, *server, Step::Connected);
            let over = suppress::recovered(facts, client, server, connected, None, time);
            if let (None, Some(port)) = (over, server.port) {
                hosts.entry((client, server.addr)).or_default().insert(port);
            }
        }
        hosts.retain(|_, ports| ports.len() >= PORTS_MIN);
        Self(hosts)
    }

    fn ports(&self, ends: &Ends) -> Option<&BTreeSet<u16>> {
        let ports = self.0.get(&(ends.client.addr, ends.server.addr))?;
        ports.contains(&ends.server.port?).then_some(ports)
    }

    /// `found`, as one of the host where several of its ports fail.
    pub(super) fn joined<'a>(&self, ends: &Ends, found: Found<'a>) -> Found<'a> {
        match self.ports(ends) {
            Some(_) => found.on_host(ends.server.addr).key("ports"),
            None => found,
        }
    }

    /// What was tried: `192.0.2.10:443`, or `192.0.2.10 ports 80, 515, 9100`.
    pub(super) fn target(&self, ends: &Ends) -> String {
        match self.ports(ends) {
            Some(_) => format!("{} {}", ends.server.addr, self.port_names(ends)),
            None => ends.server.to_string(),
        }
    }

    /// `port 443`, or `ports 80, 515, 9100`.
    pub(super) fn port_names(&self, ends: &Ends) -> String {
        match self.ports(ends) {
            Some(ports) => format!("ports {}", words::list(ports)),
            None => format!("port {}", ends.server.port.unwrap_or_default()),
        }
    }
}
