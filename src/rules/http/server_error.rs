//! `http-5xx-auth`: the server failed right after it had been shown credentials.

use super::web::{Web, exchanges};
use crate::codes;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::proto::Fact;
use crate::proto::dns::Exchange as Lookup;
use crate::rules::{Episodes, Found, Id, Rule, Step, Topic, words};
use crate::units::{At, SECOND, Time};
use std::collections::BTreeMap;
use std::net::IpAddr;

const ID: Id = Id::error(
    "http-5xx-auth",
    Confidence::Likely,
    "The server failed right after the authenticated request",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/http-5xx-auth.md"), explains: &[], check };

/// What the server itself asked of DNS in vain while it worked on the request, from this long before its answer.
const WORK_NS: i64 = 30 * SECOND;

fn check(facts: &Facts, episodes: &mut Episodes<'_>) {
    let failed = failed_lookups(facts);
    for web in exchanges(facts).filter(|web| &*web.exchange.method != "CONNECT") {
        let status = web.exchange.status.filter(|status| (500..=504).contains(status));
        let shown = web.exchange.credentials.is_some();
        if let Some(status) = status.filter(|_| shown) {
            let names = names_in_vain(&failed, &web);
            episodes.add(server_failed(&web, status, &names));
        }
    }
}

type Failed<'a> = BTreeMap<IpAddr, Vec<(At, &'a Lookup)>>;

/// Questions for names that failed, by who asked.
fn failed_lookups(facts: &Facts) -> Failed<'_> {
    let mut failed = Failed::new();
    for kept in &facts.kept {
        if let Fact::Dns(lookup) = &kept.emitted.fact {
            let asked = (kept.emitted.at, &**lookup);
            failed.entry(kept.emitted.ends.client.addr).or_default().push(asked);
        }
    }
    failed
}

/// Names that the server could not resolve while it worked on the request.
fn names_in_vain<'a>(failed: &Failed<'a>, web: &Web<'_>) -> Vec<&'a str> {
    let end = web.at().time;
    let begin = web.exchange.request.map_or(Time(end.0.saturating_sub(WORK_NS)), |at| at.time);
    let asked = failed.get(&web.ends().server.addr).into_iter().flatten();
    let near = asked.filter(|(at, _)| (begin..=end).contains(&at.time));
    let mut names: Vec<_> = near.map(|(_, lookup)| &*lookup.qname).collect();
    names.dedup();
    names.truncate(4);
    names
}

fn server_failed(web: &Web<'_>, status: u16, names: &[&str]) -> Found {
    let (service, server) = (web.service(), web.ends().server.addr);
    let reason = codes::http_reason(status).unwrap_or("an error");
    let found = web
        .found(&ID)
        .topics(names.iter().map(|name| Topic::name(server, name)))
        .key(status.to_string())
        .title(format!("{service} fails after it let {} in: {status} {reason}", words::CLIENT))
        .cause(cause(&service, status, names))
        .remedy(format!(
            "Read the log of {service}; from there resolve and reach the server behind it; with Kerberos check that its \
             account may delegate to that server."
        ))
        .evidence(web.at(), format!("{status} to {} with credentials", web.request_line()))
        .code("http_status", i64::from(status), reason)
        .references(&["RFC 9110 section 15.6"])
        .step(Step::LetIn, None);
    web.asked(found)
}

fn cause(service: &str, status: u16, names: &[&str]) -> String {
    let common = format!("{service} accepted the request with credentials and answered {status}:");
    match (names, status) {
        ([], 500) => format!(
            "{common} the application failed, possibly because it may not delegate the user to the server behind it."
        ),
        ([], _) => format!(
            "{common} it could not reach or use the server behind it: a name that does not resolve, a closed port, or \
             credentials that it may not delegate."
        ),
        (names, _) => {
            format!(
                "{common} at the same time it could not resolve {}.",
                words::list(names.iter().map(|n| words::name(n)))
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{credentials, exchange, story};
    use super::*;
    use crate::proto::http::{Exchange, Scheme};
    use crate::rules::testing::ids;

    #[test]
    fn the_server_behind_the_gateway_is_not_reached() {
        let shown = Some(credentials(Scheme::Basic));
        let findings = story([Exchange { credentials: shown, ..exchange(502) }]).findings();
        assert_eq!(ids(&findings), ["http-5xx-auth"]);
        assert_eq!(findings[0].confidence, Confidence::Likely);
    }

    #[test]
    fn an_error_without_credentials_is_no_matter_of_authentication() {
        assert!(story([exchange(500)]).findings().is_empty());
    }
}
