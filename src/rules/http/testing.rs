//! Builds exchanges of HTTP by hand, for the tests of rules.

use crate::proto::Fact;
use crate::proto::http::{Challenge, Credentials, Exchange, Scheme};
use crate::rules::testing::{Story, at, flow};

/// A request for `/` of web.example.com that was answered with `status`.
pub(super) fn exchange(status: u16) -> Exchange {
    Exchange {
        method: "GET".into(),
        uri: "/".into(),
        host: Some("web.example.com".into()),
        header_bytes: 200,
        status: Some(status),
        ..Exchange::default()
    }
}

/// A challenge of `scheme`, without a token.
pub(super) fn challenge(scheme: Scheme) -> Challenge {
    Challenge { scheme, ..Challenge::default() }
}

/// Credentials of alice.
pub(super) fn credentials(scheme: Scheme) -> Credentials {
    Credentials { scheme, user: Some("alice".into()), bytes: 40, ..Credentials::default() }
}

/// A refusal of alice's credentials.
pub(super) fn refusal(scheme: Scheme) -> Exchange {
    Exchange {
        credentials: Some(credentials(scheme.clone())),
        challenges: vec![challenge(scheme)],
        ..exchange(401)
    }
}

/// A capture of one minute in which these were exchanged, a connection and a second each.
pub(super) fn story(exchanges: impl IntoIterator<Item = Exchange>) -> Story {
    let told = Story::new().two_sided();
    exchanges.into_iter().zip(1..).fold(told, |story, (mut exchange, number)| {
        exchange.request.get_or_insert(at(10 * number, number as i64));
        let answered = at(10 * number + 1, number as i64);
        story.fact(answered, flow(10 * number), Fact::Http(Box::new(exchange)))
    })
}
