//! `http-407`, `http-connect-fail`: a proxy refused the client, or did not open the tunnel.

use super::web::{PROXY_UNAUTHORIZED, Web, credentials, exchanges, schemes};
use crate::codes;
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::rules::licence;
use crate::rules::{Episodes, Found, Id, Rule, Step, Topic, words};
use crate::units::SECOND;
use std::collections::BTreeMap;

const REFUSED: Id = Id::error(
    "http-407",
    Confidence::Certain,
    "The proxy refused the client for want of valid credentials",
);

const TUNNEL: Id = Id::error(
    "http-connect-fail",
    Confidence::Certain,
    "The proxy could not or would not open the tunnel",
);

pub(crate) const UNAUTHORIZED: Rule = Rule {
    ids: &[REFUSED],
    manual: include_str!("../manual/http-407.md"),
    explains: &[],
    check: check_credentials,
};

pub(crate) const CONNECT: Rule = Rule {
    ids: &[TUNNEL],
    manual: include_str!("../manual/http-connect-fail.md"),
    explains: &[],
    check: check_tunnels,
};

/// A program that has credentials for the proxy answers its challenge at once.
const ANSWER_NS: i64 = 3 * SECOND;

fn check_credentials<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    let mut challenged: BTreeMap<_, Vec<Web<'_>>> = BTreeMap::new();
    for web in exchanges(facts).filter(|web| web.is(PROXY_UNAUTHORIZED)) {
        challenged.entry(web.pair()).or_default().push(web);
    }
    for (pair, group) in challenged {
        let served = facts.web.get(&pair).is_some_and(|web| web.served.count > 0);
        let refusals: Vec<_> =
            group.iter().filter(|web| web.refuses_credentials(PROXY_UNAUTHORIZED)).collect();
        let tried = group.iter().any(|web| web.exchange.proxy_credentials.is_some());
        if !refusals.is_empty() {
            refusals.iter().for_each(|web| episodes.add(refused(web, refusals.len())));
        } else if !tried && !served {
            group.iter().filter_map(|web| empty(facts, web)).for_each(|found| episodes.add(found));
        }
    }
}

/// The proxy did not take the credentials.
fn refused<'a>(web: &Web<'a>, times: usize) -> Found<'a> {
    let shown = web.exchange.proxy_credentials.as_ref();
    let who = shown.map_or_else(String::new, credentials);
    let key = shown.and_then(|shown| shown.user.as_deref()).unwrap_or_default();
    let worst = if times > 1 { Severity::Error } else { Severity::Warning };
    told(web)
        .no_worse_than(worst)
        .key(format!("refused {key}"))
        .title(format!("Proxy {} refuses {who} of {}: 407", web.ends().server, words::CLIENT))
        .cause(format!(
            "The proxy {} answered {who} with 407 and asked again: wrong password, an account that may not use the \
             proxy, or a ticket for another name.",
            web.ends().server
        ))
        .remedy("Correct the credentials that the client keeps for the proxy; read the proxy's log for the user.")
}

/// The client has none.
fn empty<'a>(facts: &'a Facts, web: &Web<'a>) -> Option<Found<'a>> {
    let licence = licence::absence(facts, web.ends(), web.at(), ANSWER_NS);
    let most = licence.confidence().map_or(Confidence::Possible, |_| Confidence::Certain);
    let offered = schemes(web.challenges(PROXY_UNAUTHORIZED));
    licence.confidence()?;
    let found = told(web)
        .at_most(most)
        .key("none")
        .title(format!("Proxy {} wants credentials, {} shows none: 407", web.ends().server, words::CLIENT))
        .cause(format!(
            "The proxy {} demands authentication ({offered}) and {} never showed credentials to it.",
            web.ends().server,
            words::CLIENT
        ))
        .remedy(format!(
            "Give the program credentials for the proxy ({offered}), or exempt it, its host or its targets from \
             authentication at the proxy."
        ));
    Some(found)
}

fn told<'a>(web: &Web<'a>) -> Found<'a> {
    let offered = schemes(web.challenges(PROXY_UNAUTHORIZED));
    let found = web
        .found(&REFUSED)
        .evidence(web.at(), format!("407 to {}, offers {offered}", web.request_line()))
        .code("http_status", 407, "Proxy Authentication Required")
        .references(&["RFC 9110 section 15.5.8"])
        .step(Step::Served, None);
    web.asked(found)
}

fn check_tunnels<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for web in exchanges(facts).filter(|web| &*web.exchange.method == "CONNECT") {
        let status = web.exchange.status.filter(|status| *status >= 400);
        if let Some(status) = status.filter(|status| *status != PROXY_UNAUTHORIZED) {
            episodes.add(no_tunnel(&web, status));
        }
    }
}

fn no_tunnel<'a>(web: &Web<'a>, status: u16) -> Found<'a> {
    let proxy = web.ends().server;
    let target = words::name(&web.exchange.uri);
    let reason = codes::http_reason(status).unwrap_or("an error");
    let asked =
        web.host().map(|host| [Topic::name(proxy.addr, host), Topic::name_of_anybody(host)]);
    let found = web
        .found(&TUNNEL)
        .topics(asked.into_iter().flatten())
        .key(format!("{status} {target}"))
        .title(format!(
            "Proxy {proxy} opens no tunnel to {target} for {}: {status} {reason}",
            words::CLIENT
        ))
        .cause(format!(
            "The proxy {proxy} answered CONNECT {target} with {status} {reason}: {}{}",
            why(status),
            quoted(web)
        ))
        .remedy(remedy(status, &target))
        .evidence(web.at(), format!("{status} to CONNECT {target}"))
        .code("http_status", i64::from(status), reason)
        .references(&["RFC 9110 section 9.3.6"]);
    web.asked(found)
}

fn why(status: u16) -> &'static str {
    match status {
        403 => "its policy does not allow this target or port.",
        502 | 503 => "it could not resolve the name or reach the server.",
        504 => "the server did not answer it in time.",
        _ => "it would not or could not open the tunnel.",
    }
}

/// What the proxy's page says.
fn quoted(web: &Web<'_>) -> String {
    let text = web.exchange.text.as_deref().unwrap_or_default();
    match text.is_empty() {
        true => String::new(),
        false => format!(" Its page says: \"{}\".", words::cut(&words::clean(text), 120)),
    }
}

fn remedy(status: u16, target: &str) -> String {
    match status {
        403 => format!("Allow {target} in the proxy's rules, or let the client go there directly."),
        502..=504 => format!(
            "On the proxy, resolve and reach {target}: its DNS servers, its route, its firewall; compare with a capture \
             of the proxy's outside."
        ),
        _ => format!("Read the proxy's log for {target}."),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{challenge, credentials, exchange, story};
    use super::*;
    use crate::facts::Web as Served;
    use crate::proto::http::{Exchange, Scheme};
    use crate::rules::testing::{CLIENT, SERVER, at, ids, success};

    fn challenged() -> Exchange {
        Exchange { proxy_challenges: vec![challenge(Scheme::Basic)], ..exchange(407) }
    }

    fn wrong() -> Exchange {
        Exchange { proxy_credentials: Some(credentials(Scheme::Basic)), ..challenged() }
    }

    #[test]
    fn a_program_without_credentials_stays_inside() {
        let findings = story([challenged(), challenged()]).findings();
        assert_eq!(ids(&findings), ["http-407"]);
        assert_eq!((findings[0].count, findings[0].severity), (2, Severity::Error));
        assert_eq!(findings[0].confidence, Confidence::Certain);
    }

    #[test]
    fn the_first_challenge_of_a_proxy_is_healthy() {
        let served = story([challenged()]).with(|facts| {
            let web = Served { served: success(at(20, 2)), ..Served::default() };
            facts.web.insert((CLIENT, SERVER), web);
        });
        assert!(served.findings().is_empty());
        assert!(story([challenged()]).capture_until(2).findings().is_empty(), "nothing is proved");
    }

    #[test]
    fn wrong_credentials_again_and_again() {
        let findings = story([challenged(), wrong(), wrong()]).findings();
        assert_eq!(ids(&findings), ["http-407"]);
        assert!(findings[0].title.contains("\"alice\""), "{}", findings[0].title);
        assert_eq!(findings[0].severity, Severity::Error);
    }

    #[test]
    fn no_tunnel_to_a_forbidden_port() {
        let connect = Exchange {
            method: "CONNECT".into(),
            uri: "mail.example.com:25".into(),
            host: Some("mail.example.com".into()),
            ..exchange(403)
        };
        let findings = story([connect]).findings();
        assert_eq!(ids(&findings), ["http-connect-fail"]);
        assert_eq!(
            findings[0].title,
            "Proxy 192.0.2.10:443 opens no tunnel to mail.example.com:25 for 10.0.0.5: 403 Forbidden"
        );
    }
}
