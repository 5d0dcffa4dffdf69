//! `http-redirect-loop`: redirects lead back to where they came from.

use super::web::{Web, exchanges};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::SECOND;
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id =
    Id::error("http-redirect-loop", Confidence::Likely, "Sign-in redirects go round in a loop");

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/http-redirect-loop.md"),
    explains: &[],
    check,
};

/// The same redirect this often within the time is a loop; browsers give up after 20 or 50.
const ROUNDS_MIN: usize = 4;
const WITHIN_NS: i64 = 60 * SECOND;

/// A page that sends a client elsewhere, without the query, which differs each time.
type Place<'a> = (IpAddr, &'a str, &'a str, &'a str);

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut places: BTreeMap<Place<'_>, Vec<Web<'_>>> = BTreeMap::new();
    for web in exchanges(facts) {
        if let Some(place) = place(&web) {
            places.entry(place).or_default().push(web);
        }
    }
    let mut circles: Vec<_> = places
        .iter()
        .filter_map(|(place, rounds)| Some((place, rounds.first()?, circle(rounds)?)))
        .collect();
    circles.sort_by_key(|(_, first, _)| first.at());
    let mut told: Vec<&Place<'_>> = Vec::new();
    for (place, _, found) in circles {
        if !told.iter().any(|other| lead_to_each_other(other, place)) {
            told.push(place);
            episodes.add(found);
        }
    }
}

/// Two pages of one circle.
fn lead_to_each_other(one: &Place<'_>, other: &Place<'_>) -> bool {
    one.0 == other.0 && target_host(one) == other.1 && target_host(other) == one.1
}

/// The host that a page sends to: its own, where it names none.
fn target_host<'a>(place: &Place<'a>) -> &'a str {
    let absolute = place.3.split_once("://").map(|(_, rest)| rest);
    absolute.and_then(|rest| rest.split(['/', ':']).next()).unwrap_or(place.1)
}

/// Only redirects that a client follows by itself with GET: sign-in goes by 302 and 303.
fn place<'a>(web: &Web<'a>) -> Option<Place<'a>> {
    let redirect = matches!(web.exchange.status, Some(302 | 303 | 307));
    let target = web.exchange.location.as_deref().filter(|_| redirect)?;
    let bare = |uri: &'a str| uri.split(['?', '#', ';']).next().unwrap_or_default();
    let client = web.ends().client.addr;
    Some((client, web.host().unwrap_or_default(), bare(&web.exchange.uri), bare(target)))
}

/// The first rounds that follow each other fast enough.
fn circle<'a>(rounds: &[Web<'a>]) -> Option<Found<'a>> {
    let fast = rounds.windows(ROUNDS_MIN).find(|window| match window {
        [first, .., last] => last.at().time.since(first.at().time) <= WITHIN_NS,
        _ => false,
    })?;
    let (first, last) = (fast.first()?, rounds.last()?);
    let target = first.exchange.location.as_deref().unwrap_or_default();
    let target = words::name(target.split('?').next().unwrap_or_default());
    let (service, count) = (first.service(), rounds.len() as u64);
    let mut found = first
        .found(&ID)
        .key(target.clone())
        .title(format!("{} goes round in circles between {service} and {target}", words::CLIENT))
        .cause(format!(
            "{service} sent the client to {target} {count} times, and each time it came back: what it got there does not \
             count here. Clocks that differ, a cookie that is not sent back (domain, path, Secure, SameSite), or two \
             servers behind one name that do not share sessions."
        ))
        .remedy(
            "Compare the Date of both servers; see whether the cookie that is set comes back in the next request; keep a \
             client on one server of the farm.",
        )
        .times(count, first.at().time, last.at().time)
        .references(&["RFC 9110 section 15.4"])
        .step(Step::LetIn, None);
    for web in rounds.iter().take(ROUNDS_MIN) {
        let status = web.exchange.status.unwrap_or_default();
        found = found.evidence(web.at(), format!("{status} to {}", web.request_line()));
    }
    Some(found)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exchange, story};
    use crate::proto::http::Exchange;
    use crate::rules::testing::ids;

    fn away(query: u32) -> Exchange {
        let location = Some(format!("https://login.example.com/adfs/ls?n={query}").into());
        Exchange { uri: format!("/app?n={query}").into(), location, ..exchange(302) }
    }

    #[test]
    fn the_login_is_not_remembered() {
        let findings = story((0..6).map(away)).findings();
        assert_eq!(ids(&findings), ["http-redirect-loop"]);
        assert_eq!((findings[0].count, findings[0].evidence.len()), (6, 4));
    }

    #[test]
    fn there_and_back_is_one_circle() {
        let back = |n: u32| Exchange {
            host: Some("login.example.com".into()),
            location: Some(format!("https://web.example.com/app?n={n}").into()),
            uri: format!("/adfs/ls?n={n}").into(),
            ..exchange(302)
        };
        let findings = story((0..6).flat_map(|n| [away(n), back(n)])).findings();
        assert_eq!(ids(&findings), ["http-redirect-loop"]);
        assert_eq!(findings[0].count, 6);
    }

    #[test]
    fn one_login_is_healthy() {
        assert!(story((0..2).map(away)).findings().is_empty());
    }
}
