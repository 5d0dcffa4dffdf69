//! `tcp-halfopen`: the SYN-ACK is repeated, the client's acknowledgement never comes.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::tcp::{Fact, HalfOpen};
use crate::rules::licence::{self, Licence};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{Endpoint, SECOND};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

const ID: Id =
    Id::error("tcp-halfopen", Confidence::Likely, "The connection never gets past the SYN-ACK");

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/tcp-halfopen.md"), explains: &[], check };

/// SYN-ACKs that must be seen: the first, and two more that prove that no ACK arrived.
const SYN_ACKS_MIN: u32 = 3;
const TIMEOUT_NS: i64 = 3 * SECOND;

/// From this many clients on, it is no client's trouble but a flood with made-up addresses.
const FLOOD_CLIENTS: usize = 20;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let floods = floods(facts);
    for (kept, half) in half_open(facts) {
        let ends = &kept.emitted.ends;
        let licence = licence::absence(facts, ends, half.syn, TIMEOUT_NS);
        let found = match floods.contains(&ends.server) {
            true => Some(flooded(kept, half)),
            false => never_acknowledged(kept, half, licence),
        };
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

fn half_open(facts: &Facts) -> impl Iterator<Item = (&Kept, &HalfOpen)> {
    facts.tcp().filter_map(|(kept, fact)| match fact {
        Fact::HalfOpen(half) if half.syn_acks >= SYN_ACKS_MIN => Some((kept, half)),
        _ => None,
    })
}

/// Services with half-open connections of very many clients.
fn floods(facts: &Facts) -> BTreeSet<Endpoint> {
    let mut clients: BTreeMap<Endpoint, BTreeSet<IpAddr>> = BTreeMap::new();
    for (kept, _) in half_open(facts) {
        let ends = &kept.emitted.ends;
        clients.entry(ends.server).or_default().insert(ends.client.addr);
    }
    clients.retain(|_, clients| clients.len() >= FLOOD_CLIENTS);
    clients.into_keys().collect()
}

fn never_acknowledged<'a>(kept: &Kept, half: &HalfOpen, licence: Licence) -> Option<Found<'a>> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let found = Found::between(&ID, ends, at)
        .at_most(licence.confidence()?)
        .title(format!(
            "{} cannot connect to {}: its acknowledgement of the SYN-ACK never arrives",
            words::CLIENT, ends.server
        ))
        .cause(format!(
            "{} repeated its SYN-ACK, so it never got the client's ACK: either the SYN-ACK does not reach {} (seen \
             from the server's side: no way back, or a firewall without the connection's state), or the ACK is lost \
             or ignored (the server's queue of new connections is full).",
            ends.server,
            words::CLIENT
        ))
        .remedy(
            "Check the way back from server to client and the firewalls on it (asymmetric routes lose state); on \
             the server look for overflows of the listen queue. A capture at the other end tells which it is.",
        );
    Some(with_evidence(found, kept, half).step(Step::Connected, None))
}

fn flooded<'a>(kept: &Kept, half: &HalfOpen) -> Found<'a> {
    let server = kept.emitted.ends.server;
    let found = Found::about(&ID, server, kept.emitted.at)
        .at_most(Confidence::Possible)
        .title(format!("Many clients never acknowledge the SYN-ACK of {server}: a SYN flood?"))
        .cause(
            "Possibly a flood of SYNs with made-up source addresses; else the way back to all these clients is \
             interrupted.",
        )
        .remedy("Check whether these clients exist; switch on SYN cookies, or filter the flood upstream.")
        .key("flood");
    with_evidence(found, kept, half)
}

fn with_evidence<'a>(found: Found<'a>, kept: &Kept, half: &HalfOpen) -> Found<'a> {
    let syn_acks = words::counted(u64::from(half.syn_acks), "SYN-ACK");
    found
        .times(1, half.syn.time, half.last.time)
        .evidence(kept.emitted.at, format!("the SYN-ACK is repeated ({syn_acks} in all)"))
        .evidence(half.syn, "the client's SYN")
        .evidence(half.last, "the last SYN-ACK; nothing of the client follows")
        .references(&["RFC 9293 section 3.5", "RFC 4987"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::finding::Severity;
    use crate::proto;
    use crate::rules::testing::{Story, at, flow, flow_from, ids, success};
    use std::net::Ipv4Addr;

    fn half(syn_acks: u32) -> proto::Fact {
        proto::Fact::Tcp(Fact::HalfOpen(HalfOpen { syn_acks, syn: at(1, 0), last: at(6, 15) }))
    }

    #[test]
    fn five_syn_acks_and_no_ack() {
        let findings = Story::new().two_sided().fact(at(3, 1), flow(1), half(5)).findings();
        assert_eq!(ids(&findings), ["tcp-halfopen"]);
        assert_eq!(findings[0].confidence, Confidence::Likely);
        assert_eq!(findings[0].evidence[0].at.frame.number(), 3);
    }

    #[test]
    fn one_repeated_syn_ack_is_a_lost_packet() {
        let story = Story::new().two_sided().fact(at(3, 1), flow(1), half(2));
        assert!(story.findings().is_empty());
    }

    #[test]
    fn a_connection_that_comes_to_stand_makes_it_a_note() {
        let story = Story::new().two_sided().fact(at(3, 1), flow(1), half(3));
        let findings =
            story.pair(|pair| *pair.entry(Success::Opened) = success(at(9, 17))).findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }

    #[test]
    fn a_flood_is_one_finding_about_the_server() {
        let mut story = Story::new().two_sided();
        for host in 0..30 {
            let client = Ipv4Addr::new(172, 16, host, 9).into();
            story = story.fact(at(3, 1), flow_from(client, u64::from(host) + 1), half(4));
        }
        let findings = story.findings();
        assert_eq!(ids(&findings), ["tcp-halfopen"]);
        assert_eq!((findings[0].client, findings[0].count), (None, 30));
        assert_eq!(findings[0].confidence, Confidence::Possible);
    }
}
