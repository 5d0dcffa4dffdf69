//! One exchange of HTTP that did not simply go well, with the questions that rules ask of it.

use crate::facts::{Facts, Kept};
use crate::proto::auth::Mechanism;
use crate::proto::http::{Challenge, Credentials, Exchange, Scheme};
use crate::rules::{Found, Id, Topic, words};
use crate::units::{At, Endpoint, Ends};
use std::net::IpAddr;

/// A request was refused for want of good credentials.
pub(super) const UNAUTHORIZED: u16 = 401;

/// The same, by a proxy.
pub(super) const PROXY_UNAUTHORIZED: u16 = 407;

/// Characters of a URI that a sentence shows.
const URI_CHARS_MAX: usize = 60;

/// negState of SPNEGO: another leg follows.
const INCOMPLETE: u8 = 1;

/// An exchange with its place.
#[derive(Clone, Copy)]
pub(super) struct Web<'a> {
    kept: &'a Kept,
    /// What happened.
    pub(super) exchange: &'a Exchange,
}

/// The kept exchanges, in frame order.
pub(super) fn exchanges(facts: &Facts) -> impl Iterator<Item = Web<'_>> {
    facts.http().map(|(kept, exchange)| Web { kept, exchange })
}

impl<'a> Web<'a> {
    /// Where it stands: at the response, else at the request.
    pub(super) fn at(&self) -> At {
        self.kept.emitted.at
    }

    /// Between whom.
    pub(super) fn ends(&self) -> &'a Ends {
        &self.kept.emitted.ends
    }

    /// Who asked whom.
    pub(super) fn pair(&self) -> (IpAddr, Endpoint) {
        (self.ends().client.addr, self.ends().server)
    }

    /// The host that was asked for.
    pub(super) fn host(&self) -> Option<&'a str> {
        self.exchange.host.as_deref().filter(|host| !host.is_empty())
    }

    /// The service, by name where one was asked for: `mail.contoso.com:80`.
    pub(super) fn service(&self) -> String {
        words::service(self.ends().server, self.host())
    }

    /// The response's status is `status`.
    pub(super) fn is(&self, status: u16) -> bool {
        self.exchange.status == Some(status)
    }

    /// Method and path: `POST /Microsoft-Server-ActiveSync`.
    pub(super) fn request_line(&self) -> String {
        let path = self.exchange.uri.split('?').next().unwrap_or_default();
        let path = words::cut(&words::clean(path), URI_CHARS_MAX);
        match self.exchange.method.is_empty() {
            true => "a request that was not captured".to_owned(),
            false => format!("{} {path}", words::name(&self.exchange.method)),
        }
    }

    /// What the request showed to whoever answers with 401 (the server) or 407 (a proxy).
    pub(super) fn credentials(&self, status: u16) -> Option<&'a Credentials> {
        match status {
            PROXY_UNAUTHORIZED => self.exchange.proxy_credentials.as_ref(),
            _ => self.exchange.credentials.as_ref(),
        }
    }

    /// The challenges of the response.
    pub(super) fn challenges(&self, status: u16) -> &'a [Challenge] {
        match status {
            PROXY_UNAUTHORIZED => &self.exchange.proxy_challenges,
            _ => &self.exchange.challenges,
        }
    }

    /// The response is a step of an exchange that goes on: an NTLM challenge, a reply of SPNEGO, a fresh nonce.
    pub(super) fn is_a_step(&self, status: u16) -> bool {
        self.challenges(status).iter().any(|challenge| {
            challenge.ntlm_message == Some(2)
                || challenge.has_token && challenge.state == Some(INCOMPLETE)
                || challenge.stale
        })
    }

    /// Whole credentials were shown, and the answer is `status`: refused.
    pub(super) fn refuses_credentials(&self, status: u16) -> bool {
        let whole = self.credentials(status).is_some_and(Credentials::are_whole);
        self.is(status) && whole && !self.is_a_step(status)
    }

    /// A finding about it, named and placed, as yet without words.
    pub(super) fn found(&self, id: &Id) -> Found<'a> {
        let client = self.ends().client.addr;
        let host = self.host().map(|host| Topic::name(client, host));
        let ticket = self.host().map(|host| Topic::ticket(client, format!("HTTP/{host}")));
        let users = [self.exchange.credentials.as_ref(), self.exchange.proxy_credentials.as_ref()];
        let users = users.into_iter().flatten().filter_map(|shown| shown.user.as_deref());
        Found::between(id, self.ends(), self.at())
            .service(self.host())
            .topics(host.into_iter().chain(ticket))
            .topics(
                users.flat_map(|user| [Topic::user(client, user), Topic::user_of_anybody(user)]),
            )
    }

    /// The packet of the request, with its words.
    pub(super) fn asked(&self, found: Found<'a>) -> Found<'a> {
        found.evidence_if(self.exchange.request, self.request_line())
    }
}

/// The schemes of challenges: `Negotiate, NTLM`.
pub(super) fn schemes(challenges: &[Challenge]) -> String {
    let mut names: Vec<String> = Vec::new();
    for challenge in challenges {
        let name = words::name(challenge.scheme.name());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    words::list(names)
}

/// Whose credentials they are: `Basic credentials of "alice"`, `a Kerberos ticket for HTTP/web.example.com`.
pub(super) fn credentials(shown: &Credentials) -> String {
    let user = shown.user.as_deref().map(|user| match shown.domain.as_deref() {
        Some(domain) if !domain.is_empty() => words::name(&format!("{domain}\\{user}")),
        _ => words::name(user),
    });
    match (&shown.scheme, shown.mechanism, user) {
        (_, Some(Mechanism::Kerberos), _) => match &shown.ticket_for {
            Some(service) => format!("a Kerberos ticket for {}", words::name(service)),
            None => "a Kerberos ticket".to_owned(),
        },
        (_, Some(Mechanism::Ntlm), Some(user)) => format!("NTLM credentials of \"{user}\""),
        (Scheme::Bearer, _, _) => "a bearer token".to_owned(),
        (scheme, _, Some(user)) => format!("{} credentials of \"{user}\"", scheme.name()),
        (scheme, _, None) => format!("{} credentials", words::name(scheme.name())),
    }
}
