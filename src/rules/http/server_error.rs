//! `http-5xx-auth`: the server failed right after it had been shown credentials.

use super::in_vain::{InVain, Lookup};
use super::web::{Web, exchanges};
use crate::codes;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};

const ID: Id = Id::error(
    "http-5xx-auth",
    Confidence::Likely,
    "The server failed right after the authenticated request",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/http-5xx-auth.md"), explains: &[], check };

/// Names that are told.
const NAMES_MAX: usize = 4;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let failed = InVain::new(facts);
    for web in exchanges(facts).filter(|web| &*web.exchange.method != "CONNECT") {
        let status = web.exchange.status.filter(|status| (500..=504).contains(status));
        let shown = web.exchange.credentials.is_some();
        if let Some(status) = status.filter(|_| shown) {
            let names = names_in_vain(&failed, &web);
            episodes.add(server_failed(&web, status, &names));
        }
    }
}

/// Names that the server could not resolve while it worked on the request. Outside and inside a gateway has two
/// addresses: where a single other host asked in vain just then, that was the gateway.
fn names_in_vain<'a>(failed: &InVain<'a>, web: &Web<'_>) -> Vec<Lookup<'a>> {
    let mut near: Vec<_> = failed.during(web).collect();
    let server = web.ends().server.addr;
    if near.iter().any(|lookup| lookup.who == server) {
        near.retain(|lookup| lookup.who == server);
    } else if near.windows(2).any(|two| two[0].who != two[1].who) {
        near.clear();
    }
    near.dedup_by_key(|lookup| lookup.name);
    near.truncate(NAMES_MAX);
    near
}

fn server_failed<'a>(web: &Web<'a>, status: u16, names: &[Lookup<'a>]) -> Found<'a> {
    let service = web.service();
    let reason = codes::http_reason(status).unwrap_or("an error");
    let found = web
        .found(&ID)
        .topics(names.iter().flat_map(Lookup::topics))
        .key(status.to_string())
        .title(format!("{service} fails after it let {} in: {status} {reason}", words::CLIENT))
        .cause(cause(web, status, names))
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

fn cause(web: &Web<'_>, status: u16, names: &[Lookup<'_>]) -> String {
    let (service, server) = (web.service(), web.ends().server.addr);
    let common = format!("{service} accepted the request with credentials and answered {status}:");
    match (names, status) {
        ([], 500) => format!(
            "{common} the application failed, possibly because it may not delegate the user to the server behind it."
        ),
        ([], _) => format!(
            "{common} it could not reach or use the server behind it: a name that does not resolve, a closed port, or \
             credentials that it may not delegate."
        ),
        ([first, ..], _) => {
            let who = match first.who == server {
                true => "it".to_owned(),
                false => format!("{} (probably its other address)", first.who),
            };
            let names = words::list(names.iter().map(|lookup| words::name(lookup.name)));
            format!("{common} at the same time {who} could not resolve {names}.")
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
