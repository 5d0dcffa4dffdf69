//! `dns-tc-no-tcp`: the answer is too long for UDP, and TCP/53 does not work.

use super::resolver;
use super::want::{Try, Want, wants};
use crate::facts::{Facts, Success};
use crate::finding::{Confidence, Severity};
use crate::proto::tcp;
use crate::rules::licence;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, Endpoint, SECOND, Time, Transport};
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id = Id::error(
    "dns-tc-no-tcp",
    Confidence::Likely,
    "The DNS answer needs TCP/53, which fails or is not tried",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-tc-no-tcp.md"),
    explains: &[
        "dns-timeout",
        "dns-servfail",
        "name-fallback",
        "tcp-icmp",
        "tcp-refused",
        "tcp-syn-timeout",
    ],
    check,
};

/// Clients turn to TCP at once.
const TURN_NS: i64 = 10 * SECOND;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let truncated = |tried: &Try<'_>| {
        let answer = tried.exchange.answer.as_ref();
        tried.failed_with(0) && answer.is_some_and(|answer| answer.truncated)
    };
    let wants = wants(&episodes.tries(), truncated);
    let failures = if wants.is_empty() { Failures::new() } else { failures(facts) };
    for want in wants.iter().filter(|want| want.first.ends.transport == Transport::Udp) {
        let found = if went_on(facts, want) {
            None
        } else if let Some(failed) = failed_tcp(&failures, want) {
            blocked(want, failed)
        } else {
            not_tried(facts, want)
        };
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

/// A connection to the server came to stand, or the name was found after all.
fn went_on(facts: &Facts, want: &Want<'_>) -> bool {
    let (from, to) = window(want);
    let pair = facts.pairs.get(&(want.client, want.server()));
    let opened = pair.is_some_and(|pair| {
        pair.when(Success::Opened).within(Time(from.0.saturating_sub(SECOND)), to)
    });
    opened || facts.resolved(want.client, want.name, Time(from.0.saturating_add(1)), to)
}

fn window(want: &Want<'_>) -> (Time, Time) {
    let answer = want.first.at.time;
    (answer, Time(want.end().0.saturating_add(TURN_NS)))
}

/// Connections that failed: by client, server and time, where, and how.
type Failures = BTreeMap<(IpAddr, Endpoint, Time), (At, &'static str)>;

fn failures(facts: &Facts) -> Failures {
    let mut failures = Failures::new();
    for (kept, fact) in facts.tcp() {
        let (at, ends) = (kept.emitted.at, &kept.emitted.ends);
        let (begun, how) = match fact {
            tcp::Fact::Refused(_) => (at.time, "refuses the connection"),
            tcp::Fact::Unanswered(syns) => (syns.first.time, "does not answer"),
            _ => continue,
        };
        failures.entry((ends.client.addr, ends.server, begun)).or_insert((at, how));
    }
    failures
}

/// What became of the connection that the client tried, and where.
fn failed_tcp(failures: &Failures, want: &Want<'_>) -> Option<(At, &'static str)> {
    let (from, to) = window(want);
    let key = |time| (want.client, want.server(), time);
    failures.range(key(from)..=key(to)).next().map(|(_, failed)| *failed)
}

fn blocked<'a>(want: &Want<'a>, (at, how): (At, &'static str)) -> Option<Found<'a>> {
    let server = want.server();
    let title = format!(
        "{} cannot resolve {}: the answer needs TCP, and {} {how}",
        words::CLIENT,
        words::name(want.name),
        server
    );
    let found = found(want, &title)?.evidence(at, format!("{server} {how}"));
    Some(found.cause(format!(
        "The answer does not fit into a datagram (TC is set). The client then has to ask over TCP, but {server} {how}."
    )))
}

/// Some clients make do with what came; where nothing came, they have nothing.
fn not_tried<'a>(facts: &'a Facts, want: &Want<'a>) -> Option<Found<'a>> {
    let empty = want.answers().all(|answer| answer.answers == 0);
    if !empty || !resolver::matters(want) {
        return None;
    }
    let licence = licence::absence(facts, want.first.ends, want.first.at, TURN_NS);
    let title = format!(
        "{} cannot resolve {}: the answer needs TCP, which is not tried",
        words::CLIENT,
        words::name(want.name)
    );
    let found = found(want, &title)?
        .at_most(licence.confidence()?.min(Confidence::Possible))
        .no_worse_than(Severity::Warning);
    Some(found.cause(format!(
        "The answer does not fit into a datagram (TC is set), and the client does not ask again over TCP: possibly \
         its own firewall keeps it from connecting to TCP {}, or it cannot do TCP.",
        want.server()
    )))
}

fn found<'a>(want: &Want<'a>, title: &str) -> Option<Found<'a>> {
    let shown = |tried: &Try<'_>| format!("a cut answer (TC) for {}", resolver::question(tried));
    let found = resolver::found(&ID, &[want], shown)?;
    Some(
        found
            .title(title)
            .key(want.name)
            .remedy(format!(
                "Open TCP 53 to {} beside UDP 53 (RFC 7766 demands both); larger datagrams by EDNS help with some \
                 answers only.",
                want.server().addr
            ))
            .references(&["RFC 7766 section 5", "RFC 1035 section 4.2.2"]),
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{ends, question};
    use super::*;
    use crate::proto::Fact;
    use crate::proto::dns::{Answer, Exchange};
    use crate::proto::tcp::Attempts;
    use crate::rules::testing::{CLIENT, Story, at, ids, success};
    use crate::units::Ends;

    fn cut() -> Exchange {
        let answer = Answer { truncated: true, ..Answer::default() };
        Exchange { answer: Some(answer), ..question("big.contoso.com", at(1, 0)) }
    }

    fn tcp() -> Ends {
        Ends { transport: Transport::Tcp, ..ends(3) }
    }

    #[test]
    fn tcp_53_is_refused() {
        let (first, last) = (at(3, 0), at(3, 0));
        let refused =
            Attempts { attempts: 1, first, last, rst_ttl: None, icmp: None, one_sided: false };
        let story = Story::new().two_sided().exchange(1, 0, cut()).fact(
            at(4, 0),
            tcp(),
            Fact::Tcp(tcp::Fact::Refused(refused)),
        );
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-tc-no-tcp[tcp-refused]"]);
        assert_eq!(
            (findings[0].severity, findings[0].confidence),
            (Severity::Error, Confidence::Likely)
        );
    }

    #[test]
    fn asked_again_over_tcp_is_how_it_should_be() {
        let story = Story::new().two_sided().exchange(1, 0, cut()).with(|facts| {
            let pair = facts.pairs.entry((CLIENT, tcp().server)).or_default();
            *pair.entry(Success::Opened) = success(at(5, 0));
        });
        assert!(story.findings().is_empty());
    }

    #[test]
    fn not_tried_over_tcp_is_a_warning() {
        let findings = Story::new().two_sided().exchange(1, 0, cut()).findings();
        assert_eq!(
            (findings[0].severity, findings[0].confidence),
            (Severity::Warning, Confidence::Possible)
        );
    }
}
