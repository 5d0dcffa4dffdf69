//! `http-401-noscheme`: client and server have no authentication scheme in common.

use super::web::{UNAUTHORIZED, Web, exchanges, schemes};
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::proto::http::Scheme;
use crate::rules::licence;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::SECOND;
use std::collections::{BTreeMap, BTreeSet};

const ID: Id = Id::error(
    "http-401-noscheme",
    Confidence::Likely,
    "The client supports no authentication scheme that the server offers",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/http-401-noscheme.md"),
    explains: &[],
    check,
};

/// A program that would answer the challenge does so at once.
const ANSWER_NS: i64 = 3 * SECOND;

/// From this many challenges that it does not answer on, a client cannot answer them.
const UNANSWERED_MIN: usize = 3;

/// What one client and one server said of schemes.
#[derive(Default)]
struct Talk<'a> {
    /// Requests with credentials were seen.
    tried: BTreeSet<&'a Scheme>,
    /// 401 to credentials of a scheme that is not on offer.
    apart: Vec<Web<'a>>,
    /// 401 to requests without credentials.
    unanswered: Vec<Web<'a>>,
}

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut talks: BTreeMap<_, Talk<'_>> = BTreeMap::new();
    for web in exchanges(facts) {
        let talk = talks.entry(web.pair()).or_default();
        talk.tried.extend(web.exchange.credentials.iter().map(|shown| &shown.scheme));
        let challenged = web.is(UNAUTHORIZED) && !web.challenges(UNAUTHORIZED).is_empty();
        match &web.exchange.credentials {
            Some(shown) if challenged && !offers(&web, &shown.scheme) => talk.apart.push(web),
            None if challenged => talk.unanswered.push(web),
            _ => {}
        }
    }
    for (pair, talk) in talks {
        let served = facts.web.get(&pair).is_some_and(|web| web.let_in.count > 0);
        talk.apart.iter().for_each(|web| episodes.add(apart(web)));
        if talk.tried.is_empty() && !served {
            let often = talk.unanswered.len() >= UNANSWERED_MIN;
            let all = talk.unanswered.iter().filter_map(|web| silent(facts, web, often));
            all.for_each(|found| episodes.add(found));
        }
    }
}

/// The response offers the scheme; NTLM and Negotiate may stand for each other.
fn offers(web: &Web<'_>, scheme: &Scheme) -> bool {
    let windows = |scheme: &Scheme| matches!(scheme, Scheme::Ntlm | Scheme::Negotiate);
    web.challenges(UNAUTHORIZED).iter().any(|challenge| {
        challenge.scheme == *scheme || windows(&challenge.scheme) && windows(scheme)
    })
}

/// The client insists on a scheme that the server does not have.
fn apart<'a>(web: &Web<'a>) -> Found<'a> {
    let used = web.exchange.credentials.as_ref().map_or("?", |shown| shown.scheme.name());
    let (used, offered) = (words::name(used), schemes(web.challenges(UNAUTHORIZED)));
    let service = web.service();
    told(web, &used)
        .title(format!("{} authenticates by {used}, {service} offers {offered} only", words::CLIENT))
        .cause(format!(
            "{} showed credentials of the scheme {used}; {service} answered 401 and offers {offered}: they have no \
             scheme in common.",
            words::CLIENT
        ))
}

/// The client never answers the challenge: whoever sits at a browser may have left, a program cannot.
fn silent<'a>(facts: &'a Facts, web: &Web<'a>, often: bool) -> Option<Found<'a>> {
    let licence = licence::absence(facts, web.ends(), web.at(), ANSWER_NS).confidence()?;
    let device = web.exchange.is_active_sync() && &*web.exchange.method != "OPTIONS";
    let worst = if often || device { Severity::Error } else { Severity::Note };
    let (offered, service) = (schemes(web.challenges(UNAUTHORIZED)), web.service());
    let found = told(web, &offered)
        .at_most(licence)
        .at_most(Confidence::Possible)
        .no_worse_than(worst)
        .title(format!("{} does not answer the challenge of {service} ({offered})", words::CLIENT))
        .cause(format!(
            "{service} answered 401 and offers {offered}; {} never showed credentials to it. Possibly it supports none \
             of these schemes, has no credentials for this server, or nobody entered any.",
            words::CLIENT
        ));
    Some(found)
}

fn told<'a>(web: &Web<'a>, key: &str) -> Found<'a> {
    let offered = schemes(web.challenges(UNAUTHORIZED));
    let found = web
        .found(&ID)
        .key(key)
        .remedy(format!(
            "Let both ends speak one scheme: on {} enable one that the client has (IIS: the order of providers; a \
             publishing gateway: its delegation method), or allow one of {offered} at the client.",
            web.service()
        ))
        .evidence(web.at(), format!("401 to {}, offers {offered}", web.request_line()))
        .code("http_status", 401, "Unauthorized")
        .references(&["RFC 9110 section 11.4"])
        .step(Step::LetIn, None);
    web.asked(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{challenge, credentials, exchange, story};
    use super::*;
    use crate::proto::http::Exchange;
    use crate::rules::testing::ids;

    fn offer(scheme: Scheme) -> Exchange {
        Exchange { challenges: vec![challenge(scheme)], ..exchange(401) }
    }

    #[test]
    fn a_client_of_negotiate_meets_a_server_of_basic() {
        let shown = Some(credentials(Scheme::Negotiate));
        let findings = story([Exchange { credentials: shown, ..offer(Scheme::Basic) }]).findings();
        assert!(ids(&findings).contains(&"http-401-noscheme".to_owned()), "{findings:?}");
        let told = findings.iter().find(|finding| finding.id == ID.id).expect("is told");
        assert_eq!((told.severity, told.confidence), (Severity::Error, Confidence::Likely));
        assert_eq!(
            told.title,
            "10.0.0.5 authenticates by Negotiate, web.example.com:443 offers Basic only"
        );
    }

    #[test]
    fn a_gateway_that_has_no_ntlm_leaves_its_device_outside() {
        let sync = Exchange {
            method: "POST".into(),
            uri: "/Microsoft-Server-ActiveSync".into(),
            ..offer(Scheme::Ntlm)
        };
        let findings = story([sync]).findings();
        assert_eq!((findings[0].id, findings[0].severity), (ID.id, Severity::Error));
        assert_eq!(findings[0].confidence, Confidence::Possible);
    }

    #[test]
    fn one_challenge_that_nobody_answers_is_a_note() {
        let findings = story([offer(Scheme::Basic)]).findings();
        assert_eq!(findings[0].severity, Severity::Note);
        assert!(story([offer(Scheme::Basic)]).capture_until(2).findings().is_empty());
    }

    #[test]
    fn a_challenge_that_was_answered_is_healthy() {
        let answered = Exchange { credentials: Some(credentials(Scheme::Basic)), ..exchange(404) };
        assert!(story([offer(Scheme::Basic), answered]).findings().is_empty());
    }
}
