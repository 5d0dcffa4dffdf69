//! What a capture could not show: counted while the packets go by.

use crate::units::{Presence, Tally};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The defects of one capture.
#[derive(Debug, Default)]
pub struct Quality {
    /// Conversations.
    pub flows: u64,
    /// TCP connections of which one direction only was seen.
    pub one_sided: Tally,
    /// TCP connections seen in both directions.
    pub two_sided: u64,
    /// Acknowledged bytes that were not captured, where somebody needed them.
    pub gaps: Tally,
    /// Packets cut by the snap length.
    pub snapped: Tally,
    /// Packets captured twice.
    pub duplicates: Tally,
    /// Time stamps that step back.
    pub reordered: Tally,
    /// TCP connections whose beginning was not captured.
    pub midstream: Tally,
    /// Segments larger than any network carries.
    pub oversized: Tally,
    /// Hosts, bounded.
    pub hosts: hashbrown::HashMap<IpAddr, Presence, foldhash::fast::RandomState>,
    /// What our own bounds cost, by name.
    pub lost: BTreeMap<&'static str, u64>,
}

impl Quality {
    /// Counts something that was dropped.
    pub(super) fn lose(&mut self, what: &'static str, count: u64) {
        *self.lost.entry(what).or_default() += count;
    }

    /// Adds what was counted elsewhere.
    pub(super) fn join(&mut self, other: Self) {
        self.flows += other.flows;
        self.two_sided += other.two_sided;
        for (all, some) in [
            (&mut self.one_sided, other.one_sided),
            (&mut self.gaps, other.gaps),
            (&mut self.snapped, other.snapped),
            (&mut self.duplicates, other.duplicates),
            (&mut self.reordered, other.reordered),
            (&mut self.midstream, other.midstream),
            (&mut self.oversized, other.oversized),
        ] {
            all.join(some);
        }
        for (host, presence) in other.hosts {
            let known = self.hosts.entry(host).or_default();
            known.sent |= presence.sent;
            known.received |= presence.received;
        }
        for (what, count) in other.lost {
            self.lose(what, count);
        }
    }

    /// Notes two hosts that talked, and which of them sent packets.
    pub(super) fn note(&mut self, hosts: [IpAddr; 2], sent: [bool; 2], hosts_max: usize) {
        if self.hosts.len() + 2 > hosts_max {
            return;
        }
        for (host, [sent, received]) in hosts.into_iter().zip([sent, [sent[1], sent[0]]]) {
            let known = self.hosts.entry(host).or_default();
            known.sent |= sent;
            known.received |= received;
        }
    }
}
