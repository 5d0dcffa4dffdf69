//! Many clients of one network with the same trouble are one finding.

use super::absorb::absorb;
use crate::facts::Map;
use crate::finding::{Episode, Key, Party};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::rc::Rc;

/// From this many clients on, their network stands for them.
const CLIENTS_MIN: usize = 5;

/// What findings of a network's clients have in common.
type Common<'e> = (&'static str, Option<Party>, &'e Key, IpAddr);

/// `findings`, with at least five of one network that share id, server and cause made one.
pub(super) fn collapsed<'a>(findings: Vec<Rc<Episode<'a>>>) -> Vec<Rc<Episode<'a>>> {
    let large = in_large_groups(&findings);
    let mut groups: BTreeMap<_, Vec<Rc<Episode<'a>>>> = BTreeMap::new();
    let mut out = Vec::with_capacity(findings.len());
    for (finding, large) in findings.into_iter().zip(large) {
        match common(&finding).filter(|_| large) {
            Some((id, server, key, addr)) => {
                groups.entry((id, server, key.clone(), addr)).or_default().push(finding);
            }
            None => out.push(finding),
        }
    }
    for ((_, _, _, addr), group) in groups {
        out.extend(merged(group, network(addr)));
    }
    out
}

/// Which findings have enough in common with others; most have not, and are not copied about.
fn in_large_groups(findings: &[Rc<Episode<'_>>]) -> Vec<bool> {
    let mut sizes: Map<Common<'_>, usize> = Map::default();
    for common in findings.iter().filter_map(|finding| common(finding)) {
        *sizes.entry(common).or_default() += 1;
    }
    let size = |finding| common(finding).and_then(|common| sizes.get(&common)).copied();
    findings.iter().map(|finding| size(finding).unwrap_or(0) >= CLIENTS_MIN).collect()
}

fn common<'e>(finding: &'e Episode<'_>) -> Option<Common<'e>> {
    let Some(Party::Host(client)) = finding.client else { return None };
    let (addr, _) = network_of(client);
    Some((finding.id, finding.server, &finding.key, addr))
}

/// One finding for all of `group`; clients that it names further below are named by their network too.
fn merged<'a>(group: Vec<Rc<Episode<'a>>>, network: Party) -> Option<Rc<Episode<'a>>> {
    let mut rest = group.into_iter().map(|mut finding| {
        let episode = Rc::make_mut(&mut finding);
        episode.client = Some(network);
        for below in &mut episode.related {
            if matches!(below.client, Some(Party::Host(_))) {
                Rc::make_mut(below).client = Some(network);
            }
        }
        finding
    });
    let mut whole = rest.next()?;
    for finding in rest {
        absorb(Rc::make_mut(&mut whole), &finding);
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
