//! `http-header-toobig`: the request's header section, swollen by credentials, is more than the server takes.

use super::web::{Web, exchanges};
use crate::codes;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::{Close, Side};

const ID: Id = Id::error(
    "http-header-toobig",
    Confidence::Certain,
    "The Authorization header is too big for the server",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/http-header-toobig.md"),
    explains: &["http-401-loop"],
    check,
};

/// Request Header Fields Too Large (RFC 6585); 494 is nginx's own number for it.
const TOO_LARGE: [u16; 2] = [431, 494];

/// Other answers with which servers refuse a long header section.
const REFUSALS: [u16; 2] = [400, 413];

/// The smallest limit in wide use, bytes of the header section.
const LIMIT_MIN: u32 = 8_000;

/// Words of the pages that say so: Apache, nginx, IIS, Tomcat.
const SAID: [&str; 4] = ["too large", "too long", "too big", "exceeds"];

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for web in exchanges(facts) {
        if let Some(confidence) = confidence(&web) {
            episodes.add(too_big(&web).at_most(confidence));
        }
    }
}

/// How sure it is that the length was the reason; `None`: it was not.
fn confidence(web: &Web<'_>) -> Option<Confidence> {
    let exchange = web.exchange;
    let long = exchange.header_bytes >= LIMIT_MIN;
    match exchange.status {
        Some(status) if TOO_LARGE.contains(&status) => Some(Confidence::Certain),
        Some(status) if long && REFUSALS.contains(&status) => {
            let said = exchange.text.as_deref().map(str::to_lowercase).unwrap_or_default();
            let says = SAID.iter().any(|words| said.contains(words));
            Some(if says { Confidence::Certain } else { Confidence::Likely })
        }
        None if long => exchange.ended.and_then(|(side, how, _)| {
            (side == Side::Server && how == Close::Reset).then_some(Confidence::Possible)
        }),
        _ => None,
    }
}

fn too_big<'a>(web: &Web<'a>) -> Found<'a> {
    let (service, exchange) = (web.service(), web.exchange);
    let shown = exchange.credentials.as_ref().or(exchange.proxy_credentials.as_ref());
    let answer = match exchange.status {
        Some(status) => {
            format!(
                "{status} {}",
                codes::http_reason(status).unwrap_or("for a header section too large")
            )
        }
        None => "a reset".to_owned(),
    };
    let found = web
        .found(&ID)
        .title(format!(
            "{service} refuses the {} header bytes of {}: {answer}",
            exchange.header_bytes,
            words::CLIENT
        ))
        .cause(cause(web, &service, &answer))
        .remedy(remedy(shown.is_some()))
        .evidence(web.at(), format!("{answer} to {}", web.request_line()))
        .evidence_if(
            exchange.request,
            format!(
                "header section of {} bytes, {} of them credentials",
                exchange.header_bytes,
                shown.map_or(0, |shown| shown.bytes)
            ),
        )
        .references(&["RFC 6585 section 5"])
        .step(Step::LetIn, None);
    match exchange.status {
        Some(status) => {
            let name = answer.get(4..).unwrap_or_default().to_owned();
            found.code("http_status", i64::from(status), name)
        }
        None => found,
    }
}

fn remedy(credentials: bool) -> String {
    let less = match credentials {
        true => "make the ticket smaller: fewer groups, no SID history",
        false => "send less: cookies that grow are the usual reason",
    };
    format!(
        "Raise the limit (IIS: MaxFieldLength and MaxRequestBytes; Apache: LimitRequestFieldSize; nginx: \
         large_client_header_buffers; proxies: their header buffers), or {less}."
    )
}

fn cause(web: &Web<'_>, service: &str, answer: &str) -> String {
    let bytes = web.exchange.header_bytes;
    let shown = web.exchange.credentials.as_ref().or(web.exchange.proxy_credentials.as_ref());
    let part = match shown {
        Some(shown) if shown.bytes > bytes / 2 => format!(
            ", {} of them the credentials ({}): a Kerberos ticket grows with every group of the user",
            shown.bytes,
            words::name(shown.scheme.name())
        ),
        _ => String::new(),
    };
    format!(
        "The header section of the request has {bytes} bytes{part}. {service} answered with {answer}."
    )
}

#[cfg(test)]
mod tests {
    use super::super::testing::{credentials, exchange, story};
    use super::*;
    use crate::proto::http::{Exchange, Scheme};
    use crate::rules::testing::{at, ids};

    fn long(status: u16) -> Exchange {
        let mut shown = credentials(Scheme::Negotiate);
        shown.bytes = 11_000;
        Exchange { header_bytes: 12_000, credentials: Some(shown), ..exchange(status) }
    }

    #[test]
    fn a_user_of_too_many_groups() {
        let findings = story([long(431)]).findings();
        assert_eq!(ids(&findings), ["http-header-toobig"]);
        assert_eq!(findings[0].confidence, Confidence::Certain);
        assert!(findings[0].cause.contains("grows with every group"), "{}", findings[0].cause);
    }

    #[test]
    fn a_bad_request_is_likely_and_a_page_makes_it_certain() {
        assert_eq!(story([long(400)]).findings()[0].confidence, Confidence::Likely);
        let text = Some("Bad Request - Request Too Long".into());
        let page = Exchange { text, ..long(400) };
        assert_eq!(story([page]).findings()[0].confidence, Confidence::Certain);
    }

    #[test]
    fn a_short_bad_request_is_another_matter() {
        assert!(story([exchange(400)]).findings().is_empty());
    }

    #[test]
    fn a_reset_is_possible_only() {
        let reset = Exchange {
            status: None,
            ended: Some((Side::Server, Close::Reset, at(12, 1))),
            ..long(400)
        };
        assert_eq!(story([reset]).findings()[0].confidence, Confidence::Possible);
    }
}
