//! `dns-timeout`: the resolver does not answer.

use super::resolved::Resolved;
use super::resolver::{self, by_resolver};
use super::want::{Try, Want, wants, without_victims};
use crate::facts::{Facts, Map};
use crate::finding::{Confidence, Severity};
use crate::proto::tcp;
use crate::rules::licence::{self, Licence};
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, Endpoint, SECOND, Time};
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id = Id::error("dns-timeout", Confidence::Likely, "The resolver did not answer");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-timeout.md"),
    explains: resolver::BEHIND_RESOLVERS,
    check,
};

/// A resolver that is asked has answered by then, or has failed.
const TIMEOUT_NS: i64 = 5 * SECOND;

/// An answer that comes so much later is the one that the client waited for, seconds.
const WAITED: i64 = 30;

/// Waiting this long is felt.
const FELT_NS: i64 = SECOND;

/// This many names without an answer are no single lost packet.
const NAMES_MIN: usize = 3;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let tries = episodes.tries();
    let wants = wants(&tries, |tried| tried.rcode.is_none());
    let mut wants = without_victims(wants);
    wants.retain(resolver::matters);
    if wants.is_empty() {
        return;
    }
    let resolved = Resolved::of(facts, &wants);
    let (answered, told) = (answered(&tries), Told::new(facts));
    for wants in by_resolver(&wants).into_values() {
        let over = |want: &Want<'_>| over(facts, want, &answered);
        let (late, never): (Vec<_>, Vec<_>) =
            wants.into_iter().partition(|want| over(want).is_some());
        if is_silent(&never, &told) && never.iter().any(|want| !resolved.is_over(want)) {
            let found = never_answered(facts, &never, &resolved, &told);
            found.into_iter().for_each(|found| episodes.add(found));
        } else {
            let late: Vec<_> = late.iter().filter_map(|want| Some((*want, over(want)?))).collect();
            let found = failed_over(facts, &late, &told);
            found.into_iter().for_each(|found| episodes.add(found));
        }
    }
}

/// Names that were answered with an error: by client and name, when and by whom.
fn answered<'a>(tries: &[Try<'a>]) -> Map<(IpAddr, &'a str), Vec<(Time, IpAddr)>> {
    let mut answered: Map<_, Vec<_>> = Map::default();
    for tried in tries.iter().filter(|tried| tried.rcode.is_some()) {
        let key = (tried.ends.client.addr, &*tried.exchange.qname);
        answered.entry(key).or_default().push((tried.at.time, tried.ends.server.addr));
    }
    answered
}

/// What the client got in the end: when, and from whom.
type Over = (Time, Option<IpAddr>);

/// The first answer to the name after it was asked for, from whatever resolver.
fn over(
    facts: &Facts,
    want: &Want<'_>,
    answered: &Map<(IpAddr, &str), Vec<(Time, IpAddr)>>,
) -> Option<Over> {
    let (from, to) = want.span(0, WAITED);
    let errors = answered.get(&(want.client, want.name)).into_iter().flatten();
    let errors = errors.filter(|(time, _)| (from..=to).contains(time));
    let errors = errors.map(|(time, server)| (*time, Some(*server)));
    let lookup = facts.lookup(want.client, want.name);
    let found = lookup.into_iter().flat_map(|lookup| {
        let other = lookup.resolvers.iter().find(|addr| **addr != want.server().addr).copied();
        let spans =
            lookup.found.spans.iter().filter(move |(first, last)| *first <= to && *last >= from);
        spans.map(move |(first, _)| ((*first).max(from), other))
    });
    errors.chain(found).min()
}

/// The client itself shows that it got nothing: it asked again, asks for one name after the other, or was told.
fn is_silent(wants: &[&Want<'_>], told: &Told<'_>) -> bool {
    wants.len() >= NAMES_MIN
        || wants.iter().any(|want| want.is_repeated())
        || wants.iter().any(|want| told.of(&want.first).is_some())
}

/// What the capture proves: by the question after which it goes on for longest, but for those before its end.
fn licence(facts: &Facts, wants: &[&Want<'_>]) -> Licence {
    let tries = wants.iter().flat_map(|want| want.tries());
    let each =
        tries.map(|tried| licence::absence(facts, tried.ends, tried.last_asked(), TIMEOUT_NS));
    each.max().unwrap_or(Licence::Refused)
}

fn never_answered<'a>(
    facts: &'a Facts,
    wants: &[&Want<'a>],
    resolved: &Resolved<'a>,
    told: &Told<'_>,
) -> Option<Found<'a>> {
    let first = &wants.first()?.first;
    let licence = licence(facts, wants);
    let (server, names) = (first.ends.server.addr, resolver::names(wants));
    let severity = match licence {
        Licence::Full => resolver::severity(wants, resolved, Severity::Warning),
        _ => Severity::Warning,
    };
    let attempts: u64 = wants.iter().map(|want| want.attempts()).sum();
    let asked = words::counted(attempts, "question");
    let found = found(wants)?
        .at_most(licence.confidence()?)
        .no_worse_than(severity)
        .title(format!("{} cannot resolve {names}: {}", words::CLIENT, told.briefly(first)))
        .cause(format!(
            "{server} answered none of {asked}: {}{}",
            silence(facts, first, told),
            resolver::listed(wants)
        ))
        .remedy(remedy(server));
    Some(told.evidence(found, first))
}

fn failed_over<'a>(
    facts: &'a Facts,
    late: &[(&Want<'a>, Over)],
    told: &Told<'_>,
) -> Option<Found<'a>> {
    let felt = late.iter().filter(|(want, (time, _))| time.since(want.begin()) >= FELT_NS);
    let felt: Vec<_> = felt.copied().collect();
    let wants: Vec<_> = felt.iter().map(|(want, _)| *want).collect();
    let tried = last(wants.first()?);
    let lost: i64 = felt.iter().map(|(want, _)| lost(facts, want)).sum();
    let server = tried.ends.server.addr;
    let next = felt.iter().find_map(|(_, (_, next))| *next).filter(|next| *next != server);
    let (next, severity) = match next {
        Some(next) => (format!("{next} answered instead"), Severity::Warning),
        None => (format!("{server} answered a later question"), Severity::Note),
    };
    let (lost, names) = (words::duration(lost), resolver::names(&wants));
    let licence = licence::absence(facts, tried.ends, tried.last_asked(), TIMEOUT_NS);
    let found = found(&wants)?
        .at_most(licence.confidence()?)
        .no_worse_than(severity)
        .title(format!("{} waits {lost} for {names}: {}", words::CLIENT, told.briefly(tried)))
        .cause(format!(
            "{server} did not answer: {} Then {next}; {} lost {lost} by it.{}",
            silence(facts, tried, told),
            words::CLIENT,
            resolver::listed(&wants)
        ))
        .remedy(remedy(server));
    Some(told.evidence(found, tried))
}

/// How long the client waited in all: from each question that no wait before it covers to the next answer.
fn lost(facts: &Facts, want: &Want<'_>) -> i64 {
    let lookup = facts.lookup(want.client, want.name);
    let spans = lookup.map_or(&[][..], |lookup| &lookup.found.spans);
    let (mut lost, mut over) = (0, Time(i64::MIN));
    for tried in want.tries() {
        let asked = tried.asked().time;
        let answer = spans.iter().map(|(first, _)| *first).find(|first| *first >= asked);
        if let Some(answer) = answer.filter(|_| asked > over) {
            lost += answer.since(asked);
            over = answer;
        }
    }
    lost
}

fn found<'a>(wants: &[&Want<'a>]) -> Option<Found<'a>> {
    let shown = |tried: &Try<'_>| {
        let times = words::counted(tried.exchange.attempts.into(), "time");
        format!("{}, asked {times} here, no answer", resolver::question(tried))
    };
    let found = resolver::found(&ID, wants, shown)?;
    Some(found.key("").references(&["RFC 1035 section 4.2.1", "RFC 1536 section 1"]))
}

fn last<'w, 'a>(want: &'w Want<'a>) -> &'w Try<'a> {
    want.more.last().unwrap_or(&want.first)
}

/// What else the capture shows of a resolver that is silent.
fn silence(facts: &Facts, tried: &Try<'_>, told: &Told<'_>) -> String {
    if let Some((_, error)) = told.of(tried) {
        return format!(
            "{}, {} says by ICMP{} (type {} code {}).",
            match is_closed(error, tried) {
                true => "no DNS service runs there",
                false => "it cannot be reached",
            },
            error.sender,
            if error.v6 { "v6" } else { "" },
            error.kind,
            error.code
        );
    }
    let up = facts.hosts.get(&tried.ends.server.addr).is_some_and(|host| host.sent);
    match up {
        true => "it is up (other packets of it are in the capture): it does not answer these questions, its own \
                 questions to other servers hang, or large answers are lost on the way (fragments)."
            .to_owned(),
        false => "it is down, a firewall drops UDP 53, or its answers get lost on the way back.".to_owned(),
    }
}

/// What ICMP says of servers that were asked, by client and server: the first error.
struct Told<'a>(BTreeMap<(IpAddr, Endpoint), (At, &'a tcp::Unreachable)>);

impl<'a> Told<'a> {
    fn new(facts: &'a Facts) -> Self {
        let mut told = BTreeMap::new();
        for (kept, fact) in facts.tcp() {
            if let tcp::Fact::Unreachable(error) = fact {
                let ends = &kept.emitted.ends;
                told.entry((ends.client.addr, ends.server)).or_insert((kept.emitted.at, error));
            }
        }
        Self(told)
    }

    fn of(&self, tried: &Try<'_>) -> Option<(At, &'a tcp::Unreachable)> {
        self.0.get(&(tried.ends.client.addr, tried.ends.server)).copied()
    }

    /// In the words of a title.
    fn briefly(&self, tried: &Try<'_>) -> String {
        let server = tried.ends.server.addr;
        match self.of(tried) {
            Some((_, error)) if is_closed(error, tried) => {
                format!("no DNS service runs on {server}")
            }
            Some(_) => format!("{server} cannot be reached"),
            None => format!("no answer from {server}"),
        }
    }

    fn evidence<'f>(&self, found: Found<'f>, tried: &Try<'_>) -> Found<'f> {
        match self.of(tried) {
            Some((at, error)) => found.evidence(at, format!("ICMP error of {}", error.sender)),
            None => found,
        }
    }
}

/// The server itself says that nothing listens on its port.
fn is_closed(error: &tcp::Unreachable, tried: &Try<'_>) -> bool {
    let port = matches!((error.v6, error.code), (false, 3) | (true, 4));
    port && error.sender == tried.ends.server.addr
}

fn remedy(server: IpAddr) -> String {
    format!(
        "Check that the DNS service on {server} runs and that UDP and TCP 53 are open both ways; else take {server} \
         out of {}'s list of resolvers.",
        words::CLIENT
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{OTHER, RESOLVER, ends, question};
    use super::*;
    use crate::proto::Fact;
    use crate::proto::dns::Exchange;
    use crate::rules::testing::{CLIENT, Story, at, ids};

    /// Asked at 0, 1 and 3 seconds, no answer.
    fn silent(name: &str) -> Exchange {
        let asked = question(name, at(1, 0));
        Exchange { attempts: 3, repeated: Some(at(3, 3)), ..asked }
    }

    #[test]
    fn asked_three_times_and_never_answered() {
        let findings =
            Story::new().two_sided().exchange(1, 0, silent("mail.contoso.com")).findings();
        assert_eq!(ids(&findings), ["dns-timeout"]);
        let finding = &findings[0];
        assert_eq!((finding.severity, finding.confidence), (Severity::Error, Confidence::Likely));
        assert_eq!(
            finding.title,
            "10.0.0.5 cannot resolve mail.contoso.com: no answer from 10.0.0.6"
        );
        assert_eq!(finding.count, 3);
    }

    #[test]
    fn one_question_without_an_answer_is_nothing() {
        let one = question("mail.contoso.com", at(1, 0));
        assert!(Story::new().two_sided().exchange(1, 0, one).findings().is_empty());
    }

    #[test]
    fn a_capture_that_ends_proves_nothing() {
        let story = Story::new().two_sided().capture_until(4);
        assert!(story.exchange(1, 0, silent("mail.contoso.com")).findings().is_empty());
        let blind = Story::new().exchange(1, 0, silent("mail.contoso.com")).findings();
        assert_eq!(
            (blind[0].severity, blind[0].confidence),
            (Severity::Warning, Confidence::Possible)
        );
    }

    #[test]
    fn who_still_asks_when_the_capture_ends_has_waited_before() {
        let again =
            Exchange { attempts: 2, repeated: Some(at(9, 59)), ..question("b.com", at(8, 58)) };
        let story = Story::new().two_sided().capture_until(60).exchange(1, 0, silent("a.com"));
        assert_eq!(ids(&story.exchange(8, 58, again).findings()), ["dns-timeout"]);
    }

    #[test]
    fn the_next_resolver_answers_and_the_seconds_lost_are_told() {
        let story = Story::new().two_sided().exchange(1, 0, silent("mail.contoso.com"));
        let story = story.found("mail.contoso.com", 5, [192, 0, 2, 1]).with(|facts| {
            let lookup = facts.lookups.get_mut(&(CLIENT, "mail.contoso.com".into()));
            lookup.expect("is there").resolvers.push(OTHER);
        });
        let findings = story.findings();
        assert_eq!((ids(&findings).len(), findings[0].severity), (1, Severity::Warning));
        assert!(findings[0].title.contains("waits 5.0 s"), "{}", findings[0].title);
        assert!(findings[0].cause.contains("10.0.0.7 answered instead"), "{}", findings[0].cause);
    }

    #[test]
    fn a_lost_packet_is_a_note_at_most() {
        let story = Story::new().two_sided().exchange(1, 0, silent("mail.contoso.com"));
        let findings = story.found("mail.contoso.com", 4, [192, 0, 2, 1]).findings();
        assert_eq!(findings[0].severity, Severity::Note);
        let soon = Story::new().two_sided().exchange(1, 0, question("mail.contoso.com", at(1, 0)));
        assert!(soon.found("mail.contoso.com", 0, [192, 0, 2, 1]).findings().is_empty());
    }

    #[test]
    fn icmp_says_that_there_is_no_resolver() {
        let error =
            tcp::Unreachable { v6: false, kind: 3, code: 3, sender: RESOLVER, quotes_syn: false };
        let story = Story::new()
            .two_sided()
            .exchange(1, 0, question("mail.contoso.com", at(1, 0)))
            .fact(at(2, 0), ends(1), Fact::Tcp(tcp::Fact::Unreachable(error)));
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-timeout"]);
        assert_eq!(
            findings[0].title,
            "10.0.0.5 cannot resolve mail.contoso.com: no DNS service runs on 10.0.0.6"
        );
        let said = "no DNS service runs there, 10.0.0.6 says by ICMP (type 3 code 3)";
        assert!(findings[0].cause.contains(said), "{}", findings[0].cause);
    }
}
