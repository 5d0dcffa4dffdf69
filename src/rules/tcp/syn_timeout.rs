//! `tcp-syn-timeout`: nobody answers the SYN.

use super::scan;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::proto::tcp::{Attempts, Fact};
use crate::rules::licence::{self, Licence};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Ends, SECOND};

const ID: Id =
    Id::error("tcp-syn-timeout", Confidence::Likely, "Connection requests get no answer");

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/tcp-syn-timeout.md"), explains: &[], check };

/// Two SYNs and no answer within the time in which every stack has asked twice.
const ATTEMPTS_MIN: u32 = 2;
const TIMEOUT_NS: i64 = 3 * SECOND;

/// Stacks ask again after one second at the earliest; less is a copy, or the retry after an unseen reset.
const REPEAT_NS: i64 = 900_000_000;

fn check(facts: &Facts, episodes: &mut Episodes<'_>) {
    let scans = scan::scans(facts);
    for (client, scan) in scans.iter().filter(|(_, scan)| !scan.was_refused()) {
        scan.note(&ID, *client).into_iter().for_each(|note| episodes.add(note));
    }
    for (kept, fact) in super::facts(facts) {
        let ends = &kept.emitted.ends;
        let Fact::Unanswered(tried) = fact else { continue };
        if scans.contains_key(&ends.client.addr) || !waited(tried) {
            continue;
        }
        let licence = licence::absence(facts, ends, tried.first, TIMEOUT_NS);
        if let Some(found) = timeout(ends, tried, licence) {
            episodes.add(found);
        }
    }
}

/// The client itself shows that it got nothing: it asked again, later than after a reset. An ICMP error is an answer.
fn waited(tried: &Attempts) -> bool {
    let spread = tried.last.time.since(tried.first.time);
    let asked_again = tried.attempts >= ATTEMPTS_MIN && spread >= REPEAT_NS;
    asked_again && tried.icmp.is_none() && !tried.one_sided
}

fn timeout(ends: &Ends, tried: &Attempts, licence: Licence) -> Option<Found> {
    let port = ends.server.port.unwrap_or_default();
    let (syns, span) = (
        words::counted(u64::from(tried.attempts), "SYN"),
        words::span(tried.first.time, tried.last.time),
    );
    let found = Found::between(&ID, ends, tried.first)
        .at_most(licence.confidence()?)
        .title(format!("{} cannot connect to {}: no answer to the SYN", words::CLIENT, ends.server))
        .cause(cause(ends, licence))
        .remedy(format!(
            "Check that {} is up and that firewalls on the way allow TCP port {port} both ways; a capture on the \
             server tells whether the SYN arrives.",
            ends.server.addr
        ))
        .times(1, tried.first.time, tried.last.time)
        .evidence(tried.first, format!("first of {syns} in {span}, none answered"));
    Some(
        last_syn(found, tried.first, tried.last)
            .references(&["RFC 9293 section 3.5", "RFC 6298 section 2"])
            .step(Step::Connected, None),
    )
}

fn last_syn(found: Found, first: At, last: At) -> Found {
    if first == last { found } else { found.evidence(last, "the last SYN, still no answer") }
}

fn cause(ends: &Ends, licence: Licence) -> String {
    let common = format!(
        "No packet of {} answered: a firewall drops the SYN, the host is down, its answer finds no way back, or \
         its queue of new connections is full.",
        ends.server
    );
    match licence {
        Licence::Full => common,
        _ => format!(
            "Possibly: {common} The capture lost packets or shows no packet to the client, so an answer may exist."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
    use crate::proto;
    use crate::rules::testing::{Story, at, ends, ids, success};

    fn tried(attempts: u32) -> Attempts {
        let (first, last) = (at(1, 0), at(u64::from(attempts), (1 << (attempts - 1)) - 1));
        Attempts { attempts, first, last, rst_ttl: None, icmp: None, one_sided: false }
    }

    fn story(tried: Attempts) -> Story {
        Story::new().two_sided().fact(
            tried.first,
            ends(),
            proto::Fact::Tcp(Fact::Unanswered(tried)),
        )
    }

    #[test]
    fn four_syns_in_seven_seconds_without_answer() {
        let findings = story(tried(4)).findings();
        assert_eq!(ids(&findings), ["tcp-syn-timeout"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Likely));
        assert_eq!(finding.evidence[0].note, "first of 4 SYNs in 7.0 s, none answered");
        assert_eq!(finding.evidence[1].at.frame.number, 4);
    }

    #[test]
    fn one_syn_or_a_capture_that_ends_proves_nothing() {
        assert!(story(tried(1)).findings().is_empty());
        assert!(story(tried(2)).capture_until(2).findings().is_empty());
    }

    #[test]
    fn an_answer_that_was_not_captured_is_an_answer() {
        let one_sided = Attempts { one_sided: true, ..tried(4) };
        assert!(story(one_sided).findings().is_empty());
    }

    #[test]
    fn lost_packets_make_it_possible_only() {
        let findings = story(tried(4)).lost("os_drops", 5).findings();
        let timeout = findings.iter().find(|finding| finding.id == ID.id);
        assert_eq!(timeout.map(|finding| finding.confidence), Some(Confidence::Possible));
    }

    #[test]
    fn a_connection_seconds_later_makes_it_a_note() {
        let findings = story(tried(3)).pair(|pair| pair.opened = success(at(9, 5))).findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }
}
