//! `dns-nodata`: the name exists, but has no address.

use super::resolved::Resolved;
use super::resolver::{self, MANY_NAMES, by_resolver};
use super::want::{Try, Want, tries, wants, without_forwarders};
use crate::facts::{Facts, Lookup};
use crate::finding::{Confidence, Severity, Told};
use crate::rules::{Episodes, Found, Id, Rule, Set, words};
use crate::wire::dns::kind;
use std::cell::LazyCell;
use std::net::IpAddr;
use std::ops::Deref;

const ID: Id = Id::warning(
    "dns-nodata",
    Confidence::Certain,
    "The name exists, but has no record of the type asked for",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-nodata.md"),
    explains: resolver::SYMPTOMS,
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut wants = without_forwarders(wants(&episodes.tries(), is_empty));
    let with_v4 = LazyCell::new(|| clients_with_v4(facts));
    wants.retain(|want| is_missed(want, &with_v4) && resolver::names_host(want));
    if wants.is_empty() {
        return;
    }
    let resolved = Resolved::of(facts, &wants);
    let missed = wants.iter().filter(|want| !resolved.is_over(want));
    for group in by_resolver(missed).into_values() {
        let together = if group.len() >= MANY_NAMES { group.len() } else { 1 };
        for wants in group.chunks(together) {
            let needed = wants.iter().any(|want| resolved.is_needed(want));
            let severity = if needed { Severity::Warning } else { Severity::Note };
            let found = found(wants, severity);
            found.into_iter().for_each(|found| episodes.add(found));
        }
    }
}

/// An IPv4 address is what everybody asks for; a name without an IPv6 address is nothing, but for a client that wants no
/// other, and comes back for it.
fn is_missed(want: &Want<'_>, with_v4: &impl Deref<Target = Set<IpAddr>>) -> bool {
    resolver::asks_v4(want) || want.is_repeated() && !with_v4.contains(&want.client)
}

/// Clients that ask for IPv4 addresses.
fn clients_with_v4(facts: &Facts) -> Set<IpAddr> {
    let has_v4 = |lookup: &Lookup| lookup.addresses.iter().any(|(addr, _)| addr.is_ipv4());
    let found = facts.lookups.iter().filter(|(_, lookup)| has_v4(lookup));
    let asked = tries(facts).filter(|tried| tried.qtype == kind::A);
    let asked = asked.map(|tried| tried.ends.client.addr);
    found.map(|((client, _), _)| *client).chain(asked).collect()
}

/// No error, nothing of the type asked for, and the zone says so; a server that only points to others says nothing.
fn is_empty(tried: &Try<'_>) -> bool {
    if !tried.failed_with(0) {
        return false;
    }
    let exchange = tried.exchange;
    let Some(answer) = &exchange.answer else { return false };
    let recursive = exchange.recursive && answer.recursion_available;
    let empty = match exchange.qtype {
        kind::A | kind::AAAA => answer.addresses.is_empty(),
        _ => answer.answers == 0,
    };
    empty && !answer.truncated && (answer.zone.is_some() || recursive)
}

fn found<'a>(wants: &[&Want<'a>], severity: Severity) -> Option<Found<'a>> {
    let shown = |tried: &Try<'_>| format!("an empty answer for {}", resolver::question(tried));
    let found = resolver::found(&ID, wants, shown)?
        .no_worse_than(severity)
        .key(resolver::key(wants))
        .references(&["RFC 2308 section 2.2"]);
    Some(resolver::put_into_words(found, wants, words_for))
}

fn words_for(wants: &[&Want<'_>]) -> Told {
    let Some(first) = wants.first() else { return Told::default() };
    let (client, names, server) = (words::CLIENT, resolver::names(wants), first.server().addr);
    let (extended, listed) = (resolver::explanation(wants), resolver::listed(wants));
    Told {
        title: format!("{client} gets no address of {names} from {server}: no such record"),
        cause: format!("{}{extended}{listed}", cause(first, wants)),
        remedy: format!(
            "Add a record of type {} for {}, or correct the name that {client} is told to use.",
            first.types(),
            words::name(target(first)),
        ),
    }
}

/// The name without an address: the end of the aliases.
fn target<'a>(want: &Want<'a>) -> &'a str {
    want.answers().find_map(|answer| answer.canonical.as_deref()).unwrap_or(want.name)
}

fn cause(want: &Want<'_>, wants: &[&Want<'_>]) -> String {
    let (server, target) = (want.server().addr, target(want));
    match wants {
        [one] if target != one.name => format!(
            "{} is an alias of {}, which has no address: {server} gives the alias and nothing more.",
            words::name(one.name),
            words::name(target)
        ),
        [one] => format!(
            "{server} says that {} exists, but has no record of type {} (no error, no answer).",
            words::name(one.name),
            one.types()
        ),
        _ => format!(
            "{server} says that these names exist, but have no address (no error, no answer)."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::question;
    use super::*;
    use crate::proto::dns::{Answer, Exchange};
    use crate::rules::testing::{Story, at, ids};

    fn empty(qtype: u16) -> Exchange {
        let answer = Answer { zone: Some("contoso.com".into()), ..Answer::default() };
        Exchange { qtype, answer: Some(answer), ..question("mail.contoso.com", at(1, 0)) }
    }

    #[test]
    fn a_name_without_any_address() {
        let findings = Story::new().exchange(1, 0, empty(kind::A)).findings();
        assert_eq!(ids(&findings), ["dns-nodata"]);
        assert_eq!(findings[0].severity, Severity::Warning);
        let both = Story::new().exchange(1, 0, empty(kind::A)).exchange(3, 0, empty(kind::AAAA));
        let findings = both.findings();
        assert_eq!((ids(&findings).len(), findings[0].count), (1, 2));
        assert!(findings[0].cause.contains("type A and AAAA"), "{}", findings[0].cause);
    }

    #[test]
    fn a_name_without_an_ipv6_address_is_nothing() {
        assert!(Story::new().exchange(1, 0, empty(kind::AAAA)).findings().is_empty());
        let story = Story::new().exchange(1, 0, empty(kind::A));
        assert!(story.found("mail.contoso.com", 1, [192, 0, 2, 1]).findings().is_empty());
    }

    #[test]
    fn a_client_that_wants_ipv6_only_comes_back_in_vain() {
        let story = Story::new().exchange(1, 0, empty(kind::AAAA));
        let again =
            Exchange { question: Some(at(3, 3)), repeated: Some(at(3, 3)), ..empty(kind::AAAA) };
        let story = story.exchange(3, 3, again);
        assert_eq!(ids(&story.findings()), ["dns-nodata"]);
    }

    #[test]
    fn an_alias_that_leads_nowhere_is_named() {
        let mut exchange = empty(kind::A);
        let answer = exchange.answer.as_mut().expect("is there");
        (answer.answers, answer.canonical) = (1, Some("old.contoso.com".into()));
        let findings = Story::new().exchange(1, 0, exchange).findings();
        assert!(findings[0].cause.contains("an alias of old.contoso.com"), "{}", findings[0].cause);
    }

    #[test]
    fn a_server_that_only_points_to_others_says_nothing() {
        let mut exchange = empty(kind::A);
        exchange.answer = Some(Answer::default());
        assert!(Story::new().exchange(1, 0, exchange).findings().is_empty());
    }
}
