//! `dns-servfail`: the resolver could not find out.

use super::resolver;
use super::want::Want;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, words};
use std::net::IpAddr;

const ID: Id =
    Id::error("dns-servfail", Confidence::Certain, "The resolver could not find out (SERVFAIL)");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/dns-servfail.md"),
    explains: resolver::SYMPTOMS,
    check,
};

const SERVFAIL: u16 = 2;

/// Extended errors that tell more than "could not find out", with what to do.
const REMEDIES: &[(u16, &str)] = &[
    (
        6,
        "The zone's signatures are broken: its owner has to sign it again, or to correct the DS record.",
    ),
    (
        7,
        "The zone's signatures have expired: its owner has to sign it again; check the resolver's clock, too.",
    ),
    (8, "Check the resolver's clock: the zone's signatures are not valid yet."),
    (9, "The owner of the zone has to make its DS record and its keys agree."),
    (10, "The owner of the zone has to sign it, or to remove the DS record."),
    (
        22,
        "Check that the resolver reaches the servers of the zone (UDP and TCP 53), and that they are up.",
    ),
    (23, "Check the network between the resolver and the servers of the zone."),
    (24, "Look at the zone on its server: it did not load, or expired on a secondary."),
];

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    resolver::answered_with(SERVFAIL, &ID, facts, episodes, found);
}

fn found<'a>(found: Found<'a>, wants: &[&Want<'a>], server: IpAddr) -> Found<'a> {
    let names = resolver::names(wants);
    let (found, extended) = resolver::explained(found, wants);
    let why = if extended.is_empty() {
        " Possible reasons: the servers that it asks do not answer it, the answer does not validate (DNSSEC), or its \
         copy of the zone expired."
    } else {
        ""
    };
    let what = format!("{server} could not find out about {names} (SERVFAIL).{extended}{why}");
    found
        .title(format!("{} cannot resolve {names}: SERVFAIL from {server}", words::CLIENT))
        .cause(format!("{what}{}", resolver::listed(wants)))
        .remedy(remedy(wants, server))
        .references(&["RFC 1035 section 4.1.1", "RFC 8914 section 4"])
}

fn remedy(wants: &[&Want<'_>], server: IpAddr) -> String {
    let codes = wants.iter().flat_map(|want| want.extended()).map(|error| error.code);
    let known = codes.filter_map(|code| REMEDIES.iter().find(|(known, _)| *known == code)).next();
    match known {
        Some((_, remedy)) => (*remedy).to_owned(),
        None => format!(
            "Ask {server} itself (its log, `dig +cd` and `dig +trace`): with +cd an answer means that validation \
             failed, without one its forwarders or the servers of the zone are not reached."
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{OTHER, RESOLVER, ends, question};
    use crate::finding::{Confidence, Severity};
    use crate::proto::Fact;
    use crate::proto::dns::{Answer, Exchange, ExtendedError};
    use crate::rules::testing::{Story, at, ids};
    use crate::units::{Endpoint, Ends};

    #[test]
    fn a_resolver_without_its_forwarder_is_one_finding_for_all_names() {
        let names = ["one.contoso.com", "two.contoso.com"];
        let story = names.iter().zip([1, 3]);
        let story = story.fold(Story::new(), |story, (name, n)| story.answered(n, 0, name, 2));
        let findings = story.findings();
        assert_eq!(ids(&findings), ["dns-servfail"]);
        assert_eq!(findings[0].severity, Severity::Error);
        assert_eq!(findings[0].title, "10.0.0.5 cannot resolve 2 names: SERVFAIL from 10.0.0.6");
        assert!(findings[0].cause.contains("one.contoso.com, two.contoso.com"));
    }

    #[test]
    fn the_next_resolver_knows() {
        let story = Story::new().answered(1, 0, "mail.contoso.com", 2);
        assert!(story.found("mail.contoso.com", 1, [192, 0, 2, 1]).findings().is_empty());
    }

    #[test]
    fn an_extended_error_says_why_and_what_to_do() {
        let extended = vec![ExtendedError { code: 7, text: "".into() }];
        let answer = Answer { rcode: 2, extended, ..Answer::default() };
        let exchange = Exchange { answer: Some(answer), ..question("mail.contoso.com", at(1, 0)) };
        let findings = Story::new().exchange(1, 0, exchange).findings();
        assert!(findings[0].cause.contains("7 Signature Expired"), "{}", findings[0].cause);
        assert!(findings[0].remedy.contains("sign it again"), "{}", findings[0].remedy);
    }

    #[test]
    fn a_forwarder_without_an_answer_is_the_cause() {
        let asked = question("mail.contoso.com", at(2, 0));
        let upstream = Ends {
            client: Endpoint { addr: RESOLVER, port: Some(50_000) },
            server: Endpoint { addr: OTHER, port: Some(53) },
            ..ends(2)
        };
        let silent = Exchange { attempts: 3, repeated: Some(at(4, 3)), ..asked };
        let story = Story::new().two_sided().with(|facts| {
            let host = facts.hosts.entry(RESOLVER).or_default();
            (host.sent, host.received) = (true, true);
        });
        let story = story.fact(at(2, 0), upstream, Fact::Dns(Box::new(silent)));
        let findings = story.answered(5, 4, "mail.contoso.com", 2).findings();
        assert_eq!(ids(&findings), ["dns-timeout[dns-servfail]"]);
    }

    #[test]
    fn an_answer_without_its_question_is_no_whole_story() {
        let lone = Exchange {
            answer: Some(Answer { rcode: 2, ..Answer::default() }),
            question: None,
            repeated: None,
            ..question("mail.contoso.com", at(1, 0))
        };
        let findings = Story::new().exchange(1, 0, lone).findings();
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn reverse_look_ups_harm_nobody() {
        assert!(Story::new().answered(1, 0, "4.3.2.1.in-addr.arpa", 2).findings().is_empty());
    }
}
