//! `krb-tcp-blocked`: the KDC's answer needs TCP, and TCP to port 88 fails or is not tried.

use super::failure::{Failure, Hosts};
use super::issued::Issued;
use super::kdc_tries::{How, Try, tries};
use super::principal;
use crate::facts::{Facts, Success};
use crate::finding::Confidence::{Likely, Possible};
use crate::rules::licence;
use crate::rules::{Episodes, Found, Id, Rule, Topic, words};
use crate::units::{At, Ends, SECOND, Time, Transport};
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id = Id::error("krb-tcp-blocked", Likely, "The KDC's answer needs TCP/88, which fails");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/krb-tcp-blocked.md"),
    explains: &["krb-no-kdc", "krb-ntlm-fallback", "tcp-syn-timeout", "tcp-refused", "tcp-icmp"],
    check,
};

/// KRB_ERR_RESPONSE_TOO_BIG
const TOO_BIG: i32 = 52;

/// The client turns to TCP at once; this long may its SYNs take.
const SOON: i64 = 60 * SECOND;
/// It has its ticket this soon, or none.
const TICKET: i64 = 30 * SECOND;

/// Conversations over TCP that one answer is compared with.
const TRIES_MAX: usize = 64;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let failures = episodes.failures();
    let too_big: Vec<_> = failures.iter().filter(|failure| is_too_big(failure)).collect();
    if too_big.is_empty() {
        return;
    }
    let clients: Hosts = too_big.iter().map(|failure| failure.asked.client()).collect();
    let (issued, tries) = (Issued::new(facts, &clients), tries(facts));
    let by_tcp = by_tcp(&failures, &clients);
    for failure in too_big {
        let (asked, time) = (&failure.asked, failure.asked.at.time);
        let talked = by_tcp.get(&asked.client()).is_some_and(|times| {
            let next = times.get(times.partition_point(|answered| *answered < time));
            next.is_some_and(|answered| answered.since(time) <= SOON)
        });
        if !talked && !has_ticket(&issued, failure) {
            let none = Vec::new();
            let tries = tries.get(&asked.client()).unwrap_or(&none);
            blocked(facts, failure, tries).into_iter().for_each(|found| episodes.add(found));
        }
    }
}

fn is_too_big(failure: &Failure<'_>) -> bool {
    failure.code == TOO_BIG && failure.asked.ends.transport == Transport::Udp
}

/// When KDCs answered with an error over TCP.
fn by_tcp(failures: &[Failure<'_>], clients: &Hosts) -> BTreeMap<IpAddr, Vec<Time>> {
    let mut times: BTreeMap<IpAddr, Vec<Time>> = BTreeMap::new();
    for asked in failures.iter().map(|failure| failure.asked) {
        if asked.ends.transport == Transport::Tcp && clients.contains(&asked.client()) {
            times.entry(asked.client()).or_default().push(asked.at.time);
        }
    }
    times
}

fn has_ticket(issued: &Issued<'_>, failure: &Failure<'_>) -> bool {
    let asked = &failure.asked;
    let (client, time) = (asked.client(), asked.at.time);
    match asked.service().filter(|name| !principal::is_granting(name)) {
        Some(service) => issued.ticket(client, service, time, TICKET),
        None => issued.logon(client, None, time, TICKET),
    }
}

/// A finding for each connection that failed; one that is only possible where none was tried.
fn blocked<'a>(facts: &'a Facts, failure: &Failure<'a>, tries: &[Try<'a>]) -> Vec<Found<'a>> {
    let (asked, time) = (&failure.asked, failure.asked.at.time);
    let from = tries.partition_point(|tried| tried.at.time < time);
    let near = tries.iter().skip(from).take(TRIES_MAX);
    let near = near.take_while(|tried| tried.at.time.since(time) <= SOON);
    let failed = near
        .filter(|tried| tried.how != How::Silent && tried.ends.server.addr == asked.server().addr);
    let found: Vec<_> = failed.map(|tried| connection(failure, tried)).collect();
    if !found.is_empty() {
        return found;
    }
    let opened = facts.pairs.get(&(asked.client(), asked.server()));
    let opened = opened.is_some_and(|pair| {
        pair.when(Success::Opened).within(time, Time(time.0.saturating_add(SOON)))
    });
    let licence = licence::absence(facts, asked.ends, asked.at, TICKET).confidence();
    let never = found_by(failure, asked.ends, asked.at).at_most(Possible).apart_from_flow().cause(format!(
        "Possibly TCP is not tried, or cut off before this capture: {} was told by {} that its ticket is too big for \
         UDP (52), no connection to TCP/88 follows, and no ticket.",
        words::CLIENT,
        asked.server()
    ));
    let told = !opened && licence.is_some();
    told.then_some(never).into_iter().collect()
}

fn connection<'a>(failure: &Failure<'a>, tried: &Try<'a>) -> Found<'a> {
    let (server, how) = (failure.asked.server(), tried.how);
    let outcome = if how == How::Refused { "is refused" } else { "gets no answer" };
    // Under the KDC that asked for TCP, with the conversation that fails.
    let ends = Ends { server, ..*tried.ends };
    found_by(failure, &ends, tried.at)
        .times(1, failure.asked.at.time, tried.last)
        .cause(format!(
            "The answer of {server} is too big for UDP, so it told {} to come by TCP (52); the connection to TCP/88 \
             {outcome}. A firewall that allows UDP/88 only, mostly; users in many groups meet it first.",
            words::CLIENT
        ))
        .evidence(tried.at, format!("SYN to {server} {outcome}"))
}

fn found_by<'a>(failure: &Failure<'a>, ends: &Ends, at: At) -> Found<'a> {
    let asked = &failure.asked;
    let topics = [
        asked.service().map(|service| Topic::ticket(asked.client(), service)),
        asked.realm().map(|realm| Topic::realm(asked.client(), realm)),
    ];
    Found::between(&ID, ends, at)
        .title(format!("{} gets no ticket: {} needs TCP/88, which fails", words::CLIENT, asked.server()))
        .remedy(format!(
            "Allow TCP port 88 from {} to {} on all firewalls; let clients use TCP from the start (udp_preference_limit \
             = 1).",
            words::CLIENT,
            asked.server().addr
        ))
        .key("tcp")
        .service(asked.realm())
        .code("kerberos", TOO_BIG.into(), "KRB_ERR_RESPONSE_TOO_BIG")
        .references(&["RFC 4120 section 7.2.1"])
        .evidence(asked.at, format!("{} answers 52: come by TCP", asked.server()))
        .topics(topics.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Confidence;
    use crate::proto::Fact;
    use crate::proto::tcp::{self, Attempts};
    use crate::rules::testing::{CLIENT, Story, at, ids, success};
    use crate::rules::testing_krb5::{KDC, asking, fact, issue, logon, refused};

    fn story() -> Story {
        Story::new().two_sided().fact(at(2, 0), asking(KDC, 1), fact(refused(logon(), TOO_BIG)))
    }

    #[test]
    fn the_connection_that_was_asked_for_is_dropped() {
        let ends = Ends { transport: Transport::Tcp, ..asking(KDC, 5) };
        let (first, last) = (at(5, 0), at(8, 7));
        let syns =
            Attempts { attempts: 4, first, last, rst_ttl: None, icmp: None, one_sided: false };
        let dropped = Fact::Tcp(tcp::Fact::Unanswered(syns));
        let findings = story().fact(first, ends, dropped).findings();
        assert_eq!(ids(&findings), ["krb-tcp-blocked[tcp-syn-timeout]"]);
        assert_eq!(findings[0].confidence, Confidence::Likely);
        assert_eq!(findings[0].evidence[0].at.frame.number(), 2);
    }

    #[test]
    fn an_answer_over_tcp_is_normal() {
        let granted =
            story().with(|facts| issue(facts, "krbtgt/example.com", "a@example.com", at(9, 1)));
        assert!(granted.findings().is_empty());
        let opened = story().with(|facts| {
            *facts.pairs.entry((CLIENT, KDC)).or_default().entry(Success::Opened) =
                success(at(5, 1));
        });
        assert!(opened.findings().is_empty());
    }

    #[test]
    fn tcp_that_is_never_tried_is_a_hint() {
        let findings = story().findings();
        assert_eq!(ids(&findings), ["krb-tcp-blocked"]);
        assert_eq!(findings[0].confidence, Confidence::Possible);
    }
}
