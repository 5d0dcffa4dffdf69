//! `http-ntlm-split`: the messages of one NTLM exchange went over two connections.

use super::web::{PROXY_UNAUTHORIZED, UNAUTHORIZED, Web, exchanges};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{Frame, SECOND};
use std::collections::{BTreeMap, BTreeSet};

const ID: Id = Id::error(
    "http-ntlm-split",
    Confidence::Certain,
    "The NTLM exchange was split over two connections",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/http-ntlm-split.md"),
    explains: &["http-401-loop", "http-407", "eas-unauthorized"],
    check,
};

/// Message 3 follows message 2 within this time.
const NEAR_NS: i64 = 30 * SECOND;

const CHALLENGE: u8 = 2;
const AUTHENTICATE: u8 = 3;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut challenges: BTreeMap<_, Vec<Web<'_>>> = BTreeMap::new();
    let mut challenged: BTreeSet<Frame> = BTreeSet::new();
    for web in exchanges(facts) {
        if is_challenge(&web) {
            challenged.insert(web.ends().flow);
            challenges.entry(web.pair()).or_default().push(web);
        }
        if !answers(&web) || challenged.contains(&web.ends().flow) || !web.exchange.first {
            continue;
        }
        let others = challenges.get(&web.pair()).into_iter().flatten().rev();
        let mut near = others.filter(|other| web.at().time.since(other.at().time) <= NEAR_NS);
        if let Some(other) = near.next() {
            episodes.add(split(&web, other));
        }
    }
}

/// The response carries message 2.
fn is_challenge(web: &Web<'_>) -> bool {
    let all = web.challenges(UNAUTHORIZED).iter().chain(web.challenges(PROXY_UNAUTHORIZED));
    all.into_iter().any(|challenge| challenge.ntlm_message == Some(CHALLENGE))
}

/// Message 3 was refused.
fn answers(web: &Web<'_>) -> bool {
    let shown = |status| web.credentials(status).and_then(|shown| shown.ntlm_message);
    [UNAUTHORIZED, PROXY_UNAUTHORIZED]
        .into_iter()
        .any(|status| web.is(status) && shown(status) == Some(AUTHENTICATE))
}

fn split<'a>(web: &Web<'a>, challenge: &Web<'a>) -> Found<'a> {
    let service = web.service();
    let found = web
        .found(&ID)
        .title(format!("NTLM of {} to {service} is split over two connections", words::CLIENT))
        .cause(format!(
            "{service} sent its NTLM challenge on one connection{} and got the answer on another, where it knows nothing \
             of it: NTLM authenticates a connection, not a request.",
            if challenge.exchange.closes { ", which it closed," } else { "" }
        ))
        .remedy(
            "Let proxies and balancers keep a client on one connection (persistence, no multiplexing), let the server \
             keep connections open during NTLM, or use Kerberos.",
        )
        .evidence(web.at(), "NTLM message 3 as the first request of its connection, refused")
        .evidence(challenge.at(), "NTLM message 2 on another connection")
        .references(&["MS-NTHT section 1.3", "RFC 4559 section 6"])
        .step(Step::LetIn, None);
    web.asked(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{refusal, story};
    use super::*;
    use crate::proto::http::{Exchange, Scheme};
    use crate::rules::testing::ids;

    fn message(number: u8) -> Exchange {
        let mut exchange = Exchange { first: true, ..refusal(Scheme::Ntlm) };
        exchange.credentials.as_mut().expect("shows some").ntlm_message = Some(number);
        if number == 1 {
            exchange.challenges[0].ntlm_message = Some(CHALLENGE);
        }
        exchange
    }

    #[test]
    fn a_balancer_spreads_the_messages() {
        let findings = story([message(1), message(3), message(1), message(3)]).findings();
        assert_eq!(ids(&findings), ["http-ntlm-split[http-401-loop]"]);
        assert_eq!(findings[0].count, 2);
    }

    #[test]
    fn message_3_without_any_challenge_in_sight_proves_nothing() {
        let findings = story([message(3)]).findings();
        assert!(findings.iter().all(|finding| finding.id != ID.id));
    }
}
