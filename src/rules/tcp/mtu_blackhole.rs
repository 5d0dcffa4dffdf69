//! `tcp-mtu-blackhole`: full-size packets vanish on the path, small ones pass.

use crate::facts::{Facts, Kept};
use crate::finding::Confidence;
use crate::proto::tcp::{Blackhole, Fact};
use crate::rules::{Episodes, Found, Id, Rule, Step, licence, words};
use crate::units::{At, Frame, Side};
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id = Id::error(
    "tcp-mtu-blackhole",
    Confidence::Likely,
    "Large packets are lost on the way, small ones are not",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-mtu-blackhole.md"),
    explains: &[],
    check,
};

/// Segments are full-size from the receiver's MSS less the room that options take.
const OPTIONS_MAX: u32 = 100;

/// Without an MSS option seen: from this payload on, a tunnel's overhead can make the packet too large.
const FULL_SIZE: u32 = 1_200;

/// Longer than this no network carries: the sender's card cuts what the capture shows whole.
const JUMBO: u32 = 9_000;

/// The original and two repetitions.
const TRANSMISSIONS_MIN: u32 = 3;

/// An ICMP "packet too big" for the conversation.
struct TooBig {
    at: At,
    sender: IpAddr,
    mtu: u32,
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let too_big = too_big(facts);
    for (kept, fact) in facts.tcp() {
        let Fact::Blackhole(hole) = fact else { continue };
        if is_size_selective(hole) {
            let confidence = confidence(facts, kept, hole);
            let icmp = too_big.get(&kept.emitted.ends.flow);
            episodes.add(blackhole(kept, hole, icmp).at_most(confidence));
        }
    }
}

fn too_big(facts: &Facts) -> BTreeMap<Frame, TooBig> {
    let mut told = BTreeMap::new();
    for (kept, fact) in facts.tcp() {
        if let Fact::TooBig { sender, mtu } = *fact {
            let icmp = TooBig { at: kept.emitted.at, sender, mtu };
            told.entry(kept.emitted.ends.flow).or_insert(icmp);
        }
    }
    told
}

/// Plain loss takes packets of any size: here all that is lost is large, and something smaller arrived.
fn is_size_selective(hole: &Blackhole) -> bool {
    let full = match hole.mss {
        Some(mss) => u32::from(mss).saturating_sub(OPTIONS_MAX).max(500),
        None => FULL_SIZE,
    };
    let most = hole.mss.map_or(JUMBO, u32::from);
    // Where as large a segment was acknowledged once, the path carries it.
    let smaller_passed = hole.passed_size < hole.lost_size;
    let lasting = hole.transmissions >= TRANSMISSIONS_MIN || hole.later_arrived;
    (full..=most).contains(&hole.lost_size) && lasting && smaller_passed
}

fn confidence(facts: &Facts, kept: &Kept, hole: &Blackhole) -> Confidence {
    let proved = hole.later_arrived || hole.lost_segments >= 2 || hole.backed_off;
    if proved
        && hole.dont_fragment
        && hole.transmissions > 0
        && !licence::dropped(facts, kept.emitted.at)
    {
        Confidence::Likely
    } else {
        Confidence::Possible
    }
}

fn blackhole<'a>(kept: &Kept, hole: &Blackhole, icmp: Option<&TooBig>) -> Found<'a> {
    let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
    let (sender, receiver) = match hole.sender {
        Side::Client => (words::CLIENT.to_owned(), ends.server.to_string()),
        Side::Server => (ends.server.to_string(), words::CLIENT.to_owned()),
    };
    let span = words::span(at.time, hole.last.time);
    let found = Found::between(&ID, ends, at)
        .title(format!(
            "Packets of {} bytes from {sender} never reach {receiver}: path MTU",
            hole.lost_size
        ))
        .cause(cause(hole, &sender, icmp))
        .remedy(remedy(icmp))
        .key(hole.sender.name())
        .evidence(at, seen(hole, &span))
        .evidence(hole.last, last_seen(hole))
        .references(&["RFC 1191", "RFC 8201", "RFC 4821", "RFC 2923 section 2.1"])
        .step(Step::Data, None);
    match icmp {
        Some(icmp) => found.evidence(icmp.at, format!("ICMP: packet too big, MTU {}", icmp.mtu)),
        None => found,
    }
}

/// From the sender's end the lost segments are seen again and again, from the receiver's end never.
fn seen(hole: &Blackhole, span: &str) -> String {
    let Blackhole { lost_size, passed_size, transmissions, .. } = hole;
    match transmissions {
        0 => format!(
            "{passed_size} bytes arrive; the {lost_size} or more before them never do, in {span}"
        ),
        _ => format!(
            "{lost_size} payload bytes, sent {transmissions} times in {span}, never acknowledged"
        ),
    }
}

fn last_seen(hole: &Blackhole) -> &'static str {
    match hole.transmissions {
        0 => "the last packet: still missing",
        _ => "the last transmission",
    }
}

fn cause(hole: &Blackhole, sender: &str, icmp: Option<&TooBig>) -> String {
    let passed = match hole.passed_size {
        0 => "bare acknowledgements pass".to_owned(),
        size => format!("segments of up to {size} bytes pass"),
    };
    let lost = format!(
        "Every segment of {} bytes or more from {sender} is lost, {passed}: the path carries less than the hosts \
         believe (tunnel, VPN, PPPoE, overlay)",
        hole.lost_size
    );
    match icmp {
        Some(icmp) => format!(
            "{lost}. {} says so by ICMP (MTU {}), but the sender goes on: its firewall drops the message.",
            icmp.sender, icmp.mtu
        ),
        None => format!("{lost}, and the ICMP message that would say so is filtered."),
    }
}

fn remedy(icmp: Option<&TooBig>) -> String {
    match icmp {
        Some(icmp) if icmp.mtu > 0 => format!(
            "Let ICMP \"fragmentation needed\" / \"packet too big\" reach the sender, or lower its MTU to {}.",
            icmp.mtu
        ),
        _ => "Clamp the TCP MSS on the tunnel's router or lower the MTU of the hosts, and allow ICMP type 3 code 4 \
              (ICMPv6 type 2) on the way."
            .to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::finding::Severity;
    use crate::proto;
    use crate::rules::testing::{Story, at, ends, ids, success};

    fn hole() -> Blackhole {
        Blackhole {
            sender: Side::Server,
            lost_size: 1_448,
            passed_size: 0,
            lost_segments: 2,
            transmissions: 10,
            mss: Some(1_460),
            dont_fragment: true,
            backed_off: true,
            last: at(40, 30),
            later_arrived: true,
        }
    }

    fn story(hole: Blackhole) -> Story {
        Story::new().two_sided().fact(at(6, 0), ends(), proto::Fact::Tcp(Fact::Blackhole(hole)))
    }

    #[test]
    fn certificates_that_never_arrive_through_a_tunnel() {
        let findings = story(hole()).findings();
        assert_eq!(ids(&findings), ["tcp-mtu-blackhole"]);
        assert_eq!(findings[0].confidence, Confidence::Likely);
        let title = "Packets of 1448 bytes from 192.0.2.10:443 never reach 10.0.0.5: path MTU";
        assert_eq!(findings[0].title, title);
    }

    #[test]
    fn an_icmp_message_that_is_ignored_is_shown() {
        let icmp = Fact::TooBig { sender: "10.9.9.1".parse().unwrap(), mtu: 1_400 };
        let findings = story(hole()).fact(at(7, 0), ends(), proto::Fact::Tcp(icmp)).findings();
        assert!(findings[0].cause.contains("10.9.9.1 says so by ICMP (MTU 1400)"));
        assert!(findings[0].remedy.ends_with("lower its MTU to 1400."));
    }

    #[test]
    fn small_segments_that_are_lost_too_are_plain_loss() {
        assert!(story(Blackhole { lost_size: 300, ..hole() }).findings().is_empty());
        let equal = Blackhole { passed_size: 1_448, ..hole() };
        assert!(story(equal).findings().is_empty());
    }

    #[test]
    fn segments_larger_than_the_mss_are_cut_by_the_network_card() {
        assert!(story(Blackhole { lost_size: 14_600, ..hole() }).findings().is_empty());
        assert!(story(Blackhole { lost_size: 14_600, mss: None, ..hole() }).findings().is_empty());
    }

    #[test]
    fn one_segment_sent_ever_more_slowly_is_likely() {
        let one = Blackhole { lost_segments: 1, later_arrived: false, ..hole() };
        assert_eq!(story(one).findings()[0].confidence, Confidence::Likely);
    }

    #[test]
    fn one_lost_segment_is_possible_only() {
        let one = Blackhole { lost_segments: 1, later_arrived: false, backed_off: false, ..hole() };
        assert_eq!(story(one).findings()[0].confidence, Confidence::Possible);
    }

    #[test]
    fn data_that_gets_through_on_another_connection_makes_it_a_note() {
        let findings = story(hole())
            .pair(|pair| *pair.entry(Success::WithData) = success(at(50, 2)))
            .findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }
}
