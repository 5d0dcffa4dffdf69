//! Many clients of one network with the same trouble are one finding.

use super::absorb::absorb;
use super::places::Places;
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
    // The first finding of each group stands for it.
    let mut groups = Places::with_capacity(findings.len());
    let mut sizes = vec![0_usize; findings.len()];
    let mut firsts = Vec::with_capacity(findings.len());
    for (finding, place) in findings.iter().zip(0..) {
        let first = common(finding).map_or(place, |shared| {
            let known = |first: u32| findings.get(first as usize).and_then(|first| common(first));
            groups.first(groups.hash(shared), place, |first| known(first) == Some(shared))
        });
        sizes.get_mut(first as usize).into_iter().for_each(|size| *size += 1);
        firsts.push(first);
    }
    let size = |first: u32| sizes.get(first as usize).copied().unwrap_or_default();
    firsts.into_iter().map(|first| size(first) >= CLIENTS_MIN).collect()
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
