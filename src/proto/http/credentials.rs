//! Challenges and credentials as facts. Passwords, digests, tickets and tokens stay behind.

use super::request::Asked;
use super::response::Answer;
use super::text::text;
use super::{Challenge, Credentials, Scheme};
use crate::proto::Out;
use crate::proto::auth::{Carrier, Session};
use crate::units::At;
use crate::wire::http::{self, parameter, token};

const NAME_CHARS_MAX: usize = 200;
const SCHEME_CHARS_MAX: usize = 32;

/// Who asks for credentials.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asker {
    /// The server: WWW-Authenticate, 401.
    Server,
    /// A proxy: Proxy-Authenticate, 407.
    Proxy,
}

/// What the tokens of a connection say, for the server and for the proxy.
#[derive(Default)]
pub(super) struct Sessions([Option<Box<Session>>; 2]);

impl Sessions {
    fn of(&mut self, asker: Asker) -> &mut Session {
        self.0[asker as usize].get_or_insert_with(|| Box::new(Session::new(Carrier::Http)))
    }

    /// Takes the tokens of a request in.
    pub(super) fn ask(&mut self, asked: &mut Asked, at: At, out: &mut Out<'_>) {
        let exchange = &mut *asked.exchange;
        for (asker, bytes) in asked.tokens.drain(..) {
            let credentials = match asker {
                Asker::Server => &mut exchange.credentials,
                Asker::Proxy => &mut exchange.proxy_credentials,
            };
            let Some(credentials) = credentials else { continue };
            let seen = self.of(asker).client_token(at, &bytes, out);
            credentials.user = seen.user;
            credentials.domain = seen.domain;
            credentials.mechanism = seen.mechanism;
            credentials.ntlm_message = seen.ntlm_message;
            credentials.ticket_for = seen.ticket_for;
        }
    }

    /// Takes the tokens of a final response in, then what it made of the credentials.
    pub(super) fn answer(&mut self, answer: &mut Answer, at: At, out: &mut Out<'_>) {
        for (asker, index, bytes) in std::mem::take(&mut answer.tokens) {
            let seen = self.of(asker).server_token(at, &bytes, out);
            if let Some(challenge) = answer.challenges_of(asker).get_mut(index) {
                challenge.ntlm_message = seen.ntlm_message;
                challenge.krb_error = seen.krb_error;
                challenge.state = seen.state;
            }
        }
        for (session, refusal) in self.0.iter_mut().zip([401, 407]) {
            if let Some(session) = session {
                let status = answer.status;
                session.outcome(at, u32::from(status), status != refusal, out);
            }
        }
    }

    /// The connection ends.
    pub(super) fn end(&mut self, out: &mut Out<'_>) {
        for session in self.0.iter_mut().flatten() {
            session.end(out);
        }
    }
}

impl Scheme {
    fn read(name: &[u8]) -> Self {
        let known = [Self::Basic, Self::Digest, Self::Ntlm, Self::Negotiate, Self::Bearer];
        let named = |scheme: &Self| name.eq_ignore_ascii_case(scheme.name().as_bytes());
        known.into_iter().find(named).unwrap_or_else(|| Self::Other(text(name, SCHEME_CHARS_MAX)))
    }

    /// Its credentials and challenges carry tokens of GSS-API or NTLM.
    fn has_tokens(&self) -> bool {
        matches!(self, Self::Ntlm | Self::Negotiate)
    }
}

/// What an Authorization or Proxy-Authorization shows, and its token of GSS-API or NTLM.
pub(super) fn shown(value: &[u8]) -> Option<(Credentials, Option<Vec<u8>>)> {
    let found = http::credentials(value)?;
    let scheme = Scheme::read(found.scheme);
    let (user, realm) = match scheme {
        Scheme::Basic => (token(found.rest).map(|pair| name_of(&pair)), None),
        Scheme::Digest => (named(found.rest, "username"), named(found.rest, "realm")),
        _ => (None, None),
    };
    let token = token(found.rest).filter(|_| scheme.has_tokens());
    let bytes = u32::try_from(value.len()).unwrap_or(u32::MAX);
    Some((Credentials { scheme, user, realm, bytes, ..Credentials::default() }, token))
}

/// The user of `user:password`.
fn name_of(pair: &[u8]) -> Box<str> {
    text(pair.split(|byte| *byte == b':').next().unwrap_or_default(), NAME_CHARS_MAX)
}

/// The challenges of a field, with their tokens.
pub(super) fn challenged(value: &[u8]) -> impl Iterator<Item = (Challenge, Option<Vec<u8>>)> {
    http::challenges(value).into_iter().map(|found| {
        let scheme = Scheme::read(found.scheme);
        let token = token(found.rest).filter(|_| scheme.has_tokens());
        let stale = parameter(found.rest, "stale");
        let challenge = Challenge {
            has_token: token.is_some(),
            realm: named(found.rest, "realm"),
            stale: stale.is_some_and(|value| value.eq_ignore_ascii_case(b"true")),
            scheme,
            ..Challenge::default()
        };
        (challenge, token)
    })
}

fn named(rest: &[u8], name: &str) -> Option<Box<str>> {
    parameter(rest, name).map(|value| text(&value, NAME_CHARS_MAX))
}
