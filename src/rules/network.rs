//! Many clients of one network with the same trouble are one finding.

use super::fold::absorb;
use crate::finding::{Finding, Party};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// From this many clients on, their network stands for them.
const CLIENTS_MIN: usize = 5;

/// What findings of a network's clients have in common.
type Common = (&'static str, Option<Party>, String, IpAddr);

/// `findings`, with at least five of one network that share id, server and cause made one.
pub(super) fn collapsed(findings: Vec<Finding>) -> Vec<Finding> {
    let mut groups: BTreeMap<Common, Vec<Finding>> = BTreeMap::new();
    let mut out = Vec::new();
    for finding in findings {
        match common(&finding) {
            Some(common) => groups.entry(common).or_default().push(finding),
            None => out.push(finding),
        }
    }
    for ((_, _, _, addr), group) in groups {
        if group.len() < CLIENTS_MIN {
            out.extend(group);
        } else {
            out.extend(merged(group, network(addr)));
        }
    }
    out
}

fn common(finding: &Finding) -> Option<Common> {
    let Some(Party::Host(client)) = finding.client else { return None };
    let (addr, _) = network_of(client);
    Some((finding.id, finding.server, finding.cause_key.clone(), addr))
}

/// One finding for all of `group`; clients that it names further below are named by their network too.
fn merged(group: Vec<Finding>, network: Party) -> Option<Finding> {
    let mut rest = group.into_iter().map(|mut finding| {
        finding.client = Some(network);
        for below in &mut finding.related {
            if matches!(below.client, Some(Party::Host(_))) {
                below.client = Some(network);
            }
        }
        finding
    });
    let mut whole = rest.next()?;
    for finding in rest {
        absorb(&mut whole, finding);
    }
    Some(whole)
}

fn network(addr: IpAddr) -> Party {
    let (addr, bits) = network_of(addr);
    Party::Network(addr, bits)
}

/// The /24 or /64 of an address.
fn network_of(addr: IpAddr) -> (IpAddr, u8) {
    match addr {
        IpAddr::V4(v4) => (IpAddr::V4(Ipv4Addr::from_bits(v4.to_bits() & !0xff)), 24),
        IpAddr::V6(v6) => (IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() >> 64 << 64)), 64),
    }
}
