//! `tcp-syn-timeout`: nobody answers the SYN.

use super::in_vain::InVain;
use super::scan::{self, Scan};
use crate::facts::Facts;
use crate::finding::{Confidence, Told, late};
use crate::proto::tcp::{Attempts, Fact};
use crate::rules::licence::{self, Licence};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{At, Ends, SECOND};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::rc::Rc;

const ID: Id =
    Id::error("tcp-syn-timeout", Confidence::Likely, "Connection requests get no answer");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tcp-syn-timeout.md"),
    explains: super::BEHIND,
    check,
};

/// Two SYNs and no answer within the time in which every stack has asked twice.
const ATTEMPTS_MIN: u32 = 2;
const TIMEOUT_NS: i64 = 3 * SECOND;

/// This many clients without any packet to them are no chance.
const UNHEARD_MIN: usize = 5;

/// Stacks ask again after one second at the earliest; less is a copy, or the retry after an unseen reset.
const REPEAT_NS: i64 = 900_000_000;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let scans = scan::scans(facts);
    for (client, scan) in scans.iter().filter(|(_, scan)| !scan.was_refused()) {
        scan.note(&ID, *client).into_iter().for_each(|note| episodes.add(note));
    }
    let attempts = attempts(facts, &scans);
    let tried = attempts.iter().map(|tried| (tried.ends, tried.syns.last.time));
    let in_vain = Rc::new(InVain::new(facts, tried));
    for tried in attempts {
        let ends = tried.ends;
        let topic = super::topic(facts, ends, tried.syns.first);
        let found = timeout(tried, in_vain.clone()).map(|found| found.topics(topic));
        found.into_iter().for_each(|found| episodes.add(in_vain.joined(ends, found)));
    }
}

/// An attempt that may have got no answer.
#[derive(Clone, Copy)]
struct Attempt<'a> {
    ends: &'a Ends,
    syns: &'a Attempts,
    licence: Licence,
    /// The capture ends before an answer to the last SYN was due.
    ends_soon: bool,
    /// Other packets of the server's host are in the capture.
    host_is_up: bool,
}

fn attempts<'a>(facts: &'a Facts, scans: &BTreeMap<IpAddr, Scan>) -> Vec<Attempt<'a>> {
    let unanswered = facts.tcp().filter_map(|(kept, fact)| match fact {
        Fact::Unanswered(syns) if waited(syns) => Some((&kept.emitted.ends, syns)),
        _ => None,
    });
    let unheard = unheard(facts);
    let told = unanswered.filter(|(ends, _)| {
        !scans.contains_key(&ends.client.addr) && !unheard.contains(&ends.server.addr)
    });
    told.map(|(ends, syns)| {
        let late = licence::absence(facts, ends, syns.last, TIMEOUT_NS);
        let licence = licence::absence(facts, ends, syns.first, TIMEOUT_NS);
        let host_is_up = facts.hosts.get(&ends.server.addr).is_some_and(|host| host.sent);
        Attempt { ends, syns, licence, ends_soon: late == Licence::Refused, host_is_up }
    })
    .collect()
}

/// Servers that many clients call to whom nothing ever goes: the capture lacks the way back.
fn unheard(facts: &Facts) -> BTreeSet<IpAddr> {
    let mut clients: BTreeMap<IpAddr, BTreeSet<IpAddr>> = BTreeMap::new();
    for (kept, fact) in facts.tcp() {
        let ends = &kept.emitted.ends;
        let heard = facts.hosts.get(&ends.client.addr).is_some_and(|client| client.received);
        if matches!(fact, Fact::Unanswered(_)) && !heard {
            clients.entry(ends.server.addr).or_default().insert(ends.client.addr);
        }
    }
    clients.retain(|_, clients| clients.len() >= UNHEARD_MIN);
    clients.into_keys().collect()
}

/// The client itself shows that it got nothing: it asked again, later than after a reset. An ICMP error is an answer.
fn waited(tried: &Attempts) -> bool {
    let spread = tried.last.time.since(tried.first.time);
    let asked_again = tried.attempts >= ATTEMPTS_MIN && spread >= REPEAT_NS;
    asked_again && tried.icmp.is_none() && !tried.one_sided
}

fn timeout<'a>(attempt: Attempt<'a>, in_vain: Rc<InVain>) -> Option<Found<'a>> {
    let (ends, tried) = (attempt.ends, attempt.syns);
    let most = if attempt.ends_soon { Confidence::Possible } else { ID.confidence };
    let first = move || {
        let syns = words::counted(u64::from(tried.attempts), "SYN");
        let span = words::span(tried.first.time, tried.last.time);
        format!("first of {syns} in {span}, none answered")
    };
    let found = Found::between(&ID, ends, tried.first)
        .at_most(attempt.licence.confidence()?)
        .at_most(most)
        .told(move || {
            let (target, ports) = (in_vain.target(ends), in_vain.port_names(ends));
            Told {
                title: format!(
                    "{} cannot connect to {target}: no answer to the SYN",
                    words::CLIENT
                ),
                cause: cause(&attempt, &target, &ports),
                remedy: remedy(&attempt, &ports),
            }
        })
        .times(1, tried.first.time, tried.last.time)
        .evidence(tried.first, late(first));
    Some(
        last_syn(found, tried.first, tried.last)
            .references(&["RFC 9293 section 3.5", "RFC 6298 section 2"])
            .step(Step::Connected, None),
    )
}

fn last_syn<'a>(found: Found<'a>, first: At, last: At) -> Found<'a> {
    if first == last { found } else { found.evidence(last, "the last SYN, still no answer") }
}

fn cause(attempt: &Attempt<'_>, target: &str, ports: &str) -> String {
    let addr = attempt.ends.server.addr;
    let common = match attempt.host_is_up {
        true => format!(
            "{addr} is up (other packets of it are in the capture), but it does not answer on {ports}: a firewall \
             drops the SYN, or the queue of new connections is full."
        ),
        false => format!(
            "No packet of {target} answered: a firewall drops the SYN, the host is down, its answer finds no way \
             back, or its queue of new connections is full."
        ),
    };
    match attempt.licence {
        Licence::Full if attempt.ends_soon => {
            format!("Possibly: {common} The capture ends soon after the last SYN.")
        }
        Licence::Full => common,
        _ => format!(
            "Possibly: {common} The capture lost packets or shows no packet to the client, so an answer may exist."
        ),
    }
}

fn remedy(attempt: &Attempt<'_>, ports: &str) -> String {
    let addr = attempt.ends.server.addr;
    let (check, seen) = match attempt.host_is_up {
        true => ("Check", "on the host and on the way"),
        false => ("Check that the host is up and", "on the way"),
    };
    format!(
        "{check} that firewalls {seen} allow TCP {ports} of {addr} both ways; a capture on {addr} tells whether the \
         SYN arrives."
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::finding::Severity;
    use crate::proto;
    use crate::rules::testing::{SERVER, Story, at, ends, flow_from, ids, success};
    use std::net::Ipv4Addr;

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
        assert_eq!(finding.evidence[1].at.frame.number(), 4);
    }

    #[test]
    fn one_syn_or_a_capture_that_ends_proves_nothing() {
        assert!(story(tried(1)).findings().is_empty());
        assert!(story(tried(2)).capture_until(2).findings().is_empty());
    }

    #[test]
    fn a_host_that_is_heard_elsewhere_is_up() {
        let findings = story(tried(4)).findings();
        assert!(findings[0].cause.starts_with("192.0.2.10 is up"), "{}", findings[0].cause);
        let silent = story(tried(4)).with(|facts| {
            facts.hosts.remove(&SERVER.addr);
        });
        assert!(silent.findings()[0].cause.contains("the host is down"));
    }

    #[test]
    fn a_capture_that_ends_soon_after_the_last_syn_is_a_hint() {
        let findings = story(tried(3)).capture_until(5).findings();
        assert_eq!(findings[0].confidence, Confidence::Possible);
    }

    #[test]
    fn clients_to_whom_nothing_goes_show_a_capture_of_one_direction() {
        let mut story = Story::new();
        for host in 1..=5 {
            let ends = flow_from(Ipv4Addr::new(172, 16, host, 9).into(), u64::from(host));
            let tried = tried(4);
            story = story.fact(tried.first, ends, proto::Fact::Tcp(Fact::Unanswered(tried)));
        }
        assert!(story.findings().is_empty());
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
        let findings = story(tried(3))
            .pair(|pair| *pair.entry(Success::Opened) = success(at(9, 5)))
            .findings();
        assert_eq!(findings[0].severity, Severity::Note);
    }
}
