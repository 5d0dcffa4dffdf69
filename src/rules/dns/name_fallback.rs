//! `name-fallback`: DNS did not have the name, so the client asks its neighbours.

use super::noise::looks_random;
use super::resolved::first_label;
use super::resolver;
use super::want::{Try, Want, wants};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::proto::dns::Dialect;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, Endpoint};
use crate::wire::dns::kind;
use std::net::IpAddr;

const ID: Id = Id::warning(
    "name-fallback",
    Confidence::Certain,
    "DNS failed, the client fell back to LLMNR, NetBIOS or mDNS",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/name-fallback.md"), explains: &[], check };

/// Neighbours are asked this long before DNS fails, or after it, seconds.
const BEFORE: i64 = 2;
const AFTER: i64 = 15;

/// Names that every system asks its neighbours for.
const TRIED: &[&str] = &["wpad", "isatap", "workgroup", "*"];

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    if !facts.lookups.values().any(|lookup| lookup.asked_around.is_some()) {
        return;
    }
    for want in wants(&episodes.tries(), is_failure) {
        let found = fallback(facts, &want).map(|(name, asked)| found(facts, &want, name, asked));
        found.flatten().into_iter().for_each(|found| episodes.add(found));
    }
}

/// An address was asked for and not given.
fn is_failure(tried: &Try<'_>) -> bool {
    let host = matches!(tried.qtype, kind::A | kind::AAAA);
    host && tried.exchange.answer.as_ref().is_none_or(|answer| !answer.truncated)
}

/// The first question to neighbours, by which protocol, where, to whom.
type Asked = (Dialect, At, Endpoint);

/// What neighbours were asked for near the failure: the whole name, or its first label.
fn fallback<'a>(facts: &'a Facts, want: &Want<'a>) -> Option<(&'a str, Asked)> {
    let (from, to) = want.span(BEFORE, AFTER);
    [want.name, first_label(want.name)].into_iter().find_map(|name| {
        let lookup = facts.lookup(want.client, name)?;
        let asked = lookup.asked_around?;
        let near = (from..=to).contains(&asked.1.time);
        let probe = TRIED.contains(&name) || looks_random(name) && lookup.found.count == 0;
        (near && !probe).then_some((name, asked))
    })
}

fn found<'a>(
    facts: &'a Facts,
    want: &Want<'a>,
    name: &str,
    (dialect, at, to): Asked,
) -> Option<Found<'a>> {
    let (protocol, shown) = (protocol(dialect), words::name(want.name));
    let (from, until) = want.span(BEFORE, AFTER);
    let answered = facts.resolved(want.client, name, from, until);
    let found = resolver::found(&ID, &[want], |tried: &Try<'_>| {
        format!("DNS did not give {}", resolver::question(tried))
    })?;
    let outcome = match (answered, answerer(facts, want, name)) {
        (true, who) => format!(
            "{} answered: whoever sits on that network can, and the name is not known to Kerberos, so that clients \
             authenticate with NTLM.",
            who.map_or_else(|| "A neighbour".to_owned(), |who| who.to_string())
        ),
        (false, _) => "No neighbour has the name, either.".to_owned(),
    };
    let severity = if answered { Severity::Warning } else { Severity::Note };
    Some(
        found
            .no_worse_than(severity)
            .title(format!("{} asks its neighbours for {shown} by {protocol}: DNS failed", words::CLIENT))
            .cause(format!("DNS did not resolve {shown}, so {} asked {to} by {protocol}. {outcome}", words::CLIENT))
            .remedy("Use the full name of the host, and make DNS resolve it; switch LLMNR and NetBIOS names off.")
            .key(name)
            .evidence(at, format!("{} is asked for by {protocol}", words::name(name)))
            .references(&["RFC 4795 section 2", "RFC 1002 section 4.2.12", "RFC 6762 section 5"]),
    )
}

/// Who gave the name.
fn answerer(facts: &Facts, want: &Want<'_>, name: &str) -> Option<IpAddr> {
    facts.lookup(want.client, name)?.resolvers.first().copied()
}

fn protocol(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Dns => "DNS",
        Dialect::Mdns => "mDNS",
        Dialect::Llmnr => "LLMNR",
        Dialect::Nbns => "NetBIOS",
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::RESOLVER;
    use super::*;
    use crate::rules::testing::{CLIENT, Story, at, ids};

    /// Neighbours were asked for `name` by LLMNR.
    fn asked(story: Story, name: &str, seconds: i64) -> Story {
        story.with(|facts| {
            let group = Endpoint { addr: [224, 0, 0, 252].into(), port: Some(5355) };
            let lookup = facts.lookups.entry((CLIENT, name.into())).or_default();
            lookup.asked_around = Some((Dialect::Llmnr, at(20, seconds), group));
        })
    }

    #[test]
    fn neither_dns_nor_the_neighbours_have_the_name() {
        let story = asked(Story::new().answered(1, 0, "files.contoso.com", 3), "files", 1);
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-nxdomain[name-fallback]"]);
        assert_eq!(findings[0].severity, Severity::Error);
        assert!(findings[0].related[0].title.contains("by LLMNR"));
    }

    #[test]
    fn a_neighbour_answers_for_the_name() {
        let story = Story::new().answered(1, 0, "files.contoso.com", 3);
        let story = asked(story.found("files", 1, [10, 0, 0, 66]), "files", 1);
        let findings = story.findings();
        assert_eq!(ids(&findings), ["name-fallback"]);
        assert_eq!(findings[0].severity, Severity::Warning);
        assert!(findings[0].cause.contains("NTLM"), "{}", findings[0].cause);
        assert_ne!(findings[0].evidence[0].at.frame.number(), 20, "{RESOLVER} comes first");
    }

    #[test]
    fn what_every_system_asks_its_neighbours_for_is_nothing() {
        let story = asked(Story::new().answered(1, 0, "wpad.contoso.com", 3), "wpad", 1);
        assert!(story.findings().is_empty());
    }
}
