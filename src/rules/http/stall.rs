//! `http-100-stall`: the client waited for leave to send its body, and got none.

use super::web::{Web, exchanges};
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::{At, SECOND};

const ID: Id = Id::warning(
    "http-100-stall",
    Confidence::Certain,
    "Expect: 100-continue was ignored or refused, the upload was delayed",
);

pub(crate) const RULE: Rule =
    Rule { ids: &[ID], manual: include_str!("../manual/http-100-stall.md"), explains: &[], check };

/// From this long on a client has waited: .NET waits 0.35 s, curl 1 s.
const WAIT_NS: i64 = 3 * SECOND / 10;

/// The server will not fulfil the expectation.
const EXPECTATION_FAILED: u16 = 417;

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for web in exchanges(facts).filter(|web| web.exchange.expects_continue) {
        let waited = waited(&web);
        if web.is(EXPECTATION_FAILED) {
            episodes.add(told(&web, None));
        } else if let Some((body, waited)) = waited.filter(|_| web.exchange.continued.is_none()) {
            episodes.add(told(&web, Some((body, waited))));
        }
    }
}

/// The first byte of the body, where it came late, and how late.
fn waited(web: &Web<'_>) -> Option<(At, i64)> {
    let body = web.exchange.body?;
    let waited = body.time.since(web.exchange.request?.time);
    (waited >= WAIT_NS).then_some((body, waited))
}

fn told<'a>(web: &Web<'a>, waited: Option<(At, i64)>) -> Found<'a> {
    let service = web.service();
    let (title, cause) = match waited {
        Some((_, waited)) => {
            let lost = words::duration(waited);
            (
                format!("{service} ignores Expect of {}: each upload waits {lost}", words::CLIENT),
                format!(
                    "The client asked for leave to send its body (Expect: 100-continue); {service} or a proxy before it \
                     never gave it, and the client sent the body after {lost} unasked."
                ),
            )
        }
        None => (
            format!("{service} refuses Expect of {}: 417", words::CLIENT),
            format!(
                "The client asked for leave to send its body (Expect: 100-continue), and {service} or a proxy before it \
                 refused (417)."
            ),
        ),
    };
    let found = web
        .found(&ID)
        .title(title)
        .cause(cause)
        .remedy("Switch Expect: 100-continue off at the client, or let the proxy pass it on (HTTP/1.1 throughout).")
        .evidence_if(waited.map(|(at, _)| at), "the body begins without a 100")
        .references(&["RFC 9110 section 10.1.1"]);
    web.asked(found).evidence(web.at(), "the final response")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{exchange, story};
    use crate::proto::http::Exchange;
    use crate::rules::testing::{at, ids};

    fn upload() -> Exchange {
        Exchange {
            expects_continue: true,
            request: Some(at(10, 1)),
            body: Some(at(11, 2)),
            ..exchange(200)
        }
    }

    #[test]
    fn a_proxy_swallows_the_expectation() {
        let findings = story([upload()]).findings();
        assert_eq!(ids(&findings), ["http-100-stall"]);
        assert!(findings[0].title.contains("waits 1.0 s"), "{}", findings[0].title);
    }

    #[test]
    fn leave_that_was_given_is_healthy() {
        let given = Exchange { continued: Some(at(11, 1)), ..upload() };
        assert!(story([given]).findings().is_empty());
        let at_once = Exchange { body: Some(at(11, 1)), ..upload() };
        assert!(story([at_once]).findings().is_empty());
    }

    #[test]
    fn a_refusal_is_told() {
        let refused = Exchange { status: Some(417), body: None, ..upload() };
        assert_eq!(ids(&story([refused]).findings()), ["http-100-stall"]);
    }
}
