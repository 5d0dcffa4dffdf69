//! Builds exchanges of HTTP by hand, for the tests of rules.

use crate::proto::Fact;
use crate::proto::http::{Challenge, Credentials, Exchange, Scheme, Version};
use crate::rules::testing::{Story, at, flow};

/// A request for `/` of web.example.com that was answered with `status`.
pub(super) fn exchange(status: u16) -> Exchange {
    Exchange {
        version: Version::Http11,
        method: "GET".into(),
        uri: "/".into(),
        host: Some("web.example.com".into()),
        port: None,
        user_agent: None,
        request: None,
        credentials: None,
        proxy_credentials: None,
        header_bytes: 200,
        expects_continue: false,
        body: None,
        continued: None,
        status: Some(status),
        challenges: Vec::new(),
        proxy_challenges: Vec::new(),
        closes: false,
        server: None,
        via: None,
        location: None,
        text: None,
        first: false,
        ended: None,
        revocation: false,
    }
}

/// A challenge of `scheme`, without a token.
pub(super) fn challenge(scheme: Scheme) -> Challenge {
    Challenge {
        scheme,
        realm: None,
        has_token: false,
        ntlm_message: None,
        krb_error: None,
        state: None,
        stale: false,
    }
}

/// Credentials of alice.
pub(super) fn credentials(scheme: Scheme) -> Credentials {
    Credentials {
        scheme,
        user: Some("alice".into()),
        domain: None,
        realm: None,
        mechanism: None,
        ntlm_message: None,
        ticket_for: None,
        bytes: 40,
    }
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
