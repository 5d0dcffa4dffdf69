//! `dns-refused`: the resolver does not serve this client, or not this name.

use super::resolved::Resolved;
use super::resolver::{self, by_resolver};
use super::want::{Try, Want, failed_with, wants, without_forwarders};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::rules::{Episodes, Found, Id, Rule, words};

const ID: Id =
    Id::error("dns-refused", Confidence::Certain, "The resolver refused to answer this client");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-refused.md"),
    explains: resolver::BEHIND_RESOLVERS,
    check,
};

const REFUSED: u16 = 5;

fn check(facts: &Facts, episodes: &mut Episodes<'_>) {
    let wants = without_forwarders(wants(facts, |exchange| failed_with(exchange, REFUSED)));
    let resolved = Resolved::of(facts, &wants);
    let missed = wants.iter().filter(|want| resolver::matters(want) && !resolved.is_over(want));
    for wants in by_resolver(missed).into_values() {
        let found = found(&wants, resolver::severity(&wants, &resolved, Severity::Warning));
        found.into_iter().for_each(|found| episodes.add(found));
    }
}

fn found(wants: &[&Want<'_>], severity: Severity) -> Option<Found> {
    let server = wants.first()?.server().addr;
    let names = resolver::names(wants);
    let shown = |tried: &Try<'_>| format!("REFUSED for {}", resolver::question(tried));
    let found = resolver::found(&ID, wants, shown)?
        .no_worse_than(severity)
        .title(format!("{} cannot resolve {names}: {server} refuses to answer", words::CLIENT))
        .key("")
        .code("dns_rcode", REFUSED.into(), "REFUSED")
        .remedy(format!(
            "Allow {} to ask {server} (allow-query, allow-recursion, access-control), or give it a resolver that \
             serves it.",
            words::CLIENT
        ))
        .references(&["RFC 1035 section 4.1.1", "RFC 8499 section 6"]);
    let (found, extended) = resolver::explained(found, wants);
    let recursion =
        wants.iter().flat_map(|want| want.answers()).any(|answer| answer.recursion_available);
    let why = match recursion {
        true => "a rule of its own (an access list, a policy for the name) keeps this client out",
        false => "it asks no other servers for this client, and holds no zone with the name",
    };
    let what = format!("{server} refused to answer (REFUSED): {why}.{extended}");
    Some(found.cause(format!("{what}{}", resolver::listed(wants))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{Story, ids};

    #[test]
    fn a_resolver_that_does_not_serve_this_client() {
        let findings = Story::new().answered(1, 0, "mail.contoso.com", 5).findings();
        assert_eq!(ids(&findings), ["dns-refused"]);
        assert_eq!(
            (findings[0].severity, findings[0].confidence),
            (Severity::Error, Confidence::Certain)
        );
    }

    #[test]
    fn another_resolver_answers_in_its_place() {
        let story = Story::new().answered(1, 0, "mail.contoso.com", 5);
        assert!(story.found("mail.contoso.com", 0, [192, 0, 2, 1]).findings().is_empty());
    }
}
