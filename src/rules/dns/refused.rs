//! `dns-refused`: the resolver does not serve this client, or not this name.

use super::resolver;
use super::want::Want;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, words};
use std::net::IpAddr;

const ID: Id =
    Id::error("dns-refused", Confidence::Certain, "The resolver refused to answer this client");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-refused.md"),
    explains: resolver::BEHIND_RESOLVERS,
    check,
};

const REFUSED: u16 = 5;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    resolver::answered_with(REFUSED, &ID, facts, episodes, found);
}

fn found<'a>(found: Found<'a>, wants: &[&Want<'a>], server: IpAddr) -> Found<'a> {
    let names = resolver::names(wants);
    let (found, extended) = resolver::explained(found, wants);
    let recursion =
        wants.iter().flat_map(|want| want.answers()).any(|answer| answer.recursion_available);
    let why = match recursion {
        true => "a rule of its own (an access list, a policy for the name) keeps this client out",
        false => "it asks no other servers for this client, and holds no zone with the name",
    };
    let what = format!("{server} refused to answer (REFUSED): {why}.{extended}");
    found
        .title(format!("{} cannot resolve {names}: {server} refuses to answer", words::CLIENT))
        .cause(format!("{what}{}", resolver::listed(wants)))
        .remedy(format!(
            "Allow {} to ask {server} (allow-query, allow-recursion, access-control), or give it a resolver that \
             serves it.",
            words::CLIENT
        ))
        .references(&["RFC 1035 section 4.1.1", "RFC 8499 section 6"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Severity;
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
