//! Responses: what completes an exchange.

use super::body::Framing;
use super::credentials::{self, Asker};
use super::request::{Asked, LINE_CHARS_MAX, URI_CHARS_MAX, length};
use super::text::{begins_with, has_word, lower, text};
use super::{Challenge, Exchange, Version};
use crate::wire::http::{Head, Start, date, start, status_line};

/// Challenges kept of a response.
const CHALLENGES_MAX: usize = 16;

/// A response's header section.
#[derive(Clone, Default)]
pub(super) struct Answer {
    pub(super) version: Version,
    pub(super) status: u16,
    /// The connection ends with it.
    pub(super) closes: bool,
    /// Its body may have words, and it is not compressed.
    pub(super) is_text: bool,
    /// Seconds since the epoch, where the server itself says them.
    pub(super) date: Option<i64>,
    /// What Squid says of the error: `ERR_DNS_FAIL 0`.
    pub(super) note: Option<Box<str>>,
    length: Option<Framing>,
    chunked: bool,
    /// A cache may have kept the Date.
    kept: bool,
    revocation: bool,
    challenges: [Vec<Challenge>; 2],
    /// Tokens of challenges, until they are looked at.
    pub(super) tokens: Vec<(Asker, usize, Vec<u8>)>,
    server: Option<Box<str>>,
    via: Option<Box<str>>,
    location: Option<Box<str>>,
}

impl Answer {
    /// Reads a header section; `None`: it is no response of HTTP.
    pub(super) fn read(head: Head<'_>) -> Option<Self> {
        let (minor, status) = status_line(head.line)?;
        let version = if minor == 0 { Version::Http10 } else { Version::Http11 };
        let closes = version == Version::Http10;
        let mut answer = Self { version, status, closes, is_text: true, ..Self::default() };
        let mut buffer = [0; 24];
        for (name, value) in head.fields() {
            answer.field(lower(name, &mut buffer), value);
        }
        if answer.kept {
            answer.date = None;
        }
        Some(answer)
    }

    /// Reads the fields of a header block of HTTP/2; `None`: it is no response, but its trailers.
    pub(super) fn collect(fields: &[(Vec<u8>, Vec<u8>)]) -> Option<Self> {
        let (_, status) = fields.iter().find(|(name, _)| name == b":status")?;
        let status = std::str::from_utf8(status).ok()?.parse().ok()?;
        let mut answer = Self { version: Version::Http2, status, is_text: true, ..Self::default() };
        for (name, value) in fields {
            answer.field(name, value);
        }
        if answer.kept {
            answer.date = None;
        }
        Some(answer)
    }

    /// Another response follows it.
    pub(super) fn is_interim(&self) -> bool {
        matches!(self.status, 100 | 102..=199)
    }

    /// Notes a field; `name` is in small letters.
    fn field(&mut self, name: &[u8], value: &[u8]) {
        match name {
            b"content-length" => self.length = self.length.or(length(value)),
            b"transfer-encoding" => self.chunked |= has_word(value, "chunked"),
            b"connection" | b"proxy-connection" => self.connection(value),
            b"content-type" => self.media_type(value),
            b"content-encoding" => self.is_text &= has_word(value, "identity"),
            b"date" => self.date = date(value),
            b"age" | b"x-cache" => self.kept = true,
            b"via" => {
                self.kept = true;
                self.via = Some(text(value, LINE_CHARS_MAX));
            }
            b"www-authenticate" => self.challenge(Asker::Server, value),
            b"proxy-authenticate" => self.challenge(Asker::Proxy, value),
            // Nobody reads these of a response that went well.
            _ if self.status < 300 => {}
            b"server" => self.server = Some(text(value, LINE_CHARS_MAX)),
            b"location" | b"x-ms-location" => self.location = Some(text(value, URI_CHARS_MAX)),
            b"x-squid-error" => self.note = Some(text(value, LINE_CHARS_MAX)),
            _ => {}
        }
    }

    fn challenge(&mut self, asker: Asker, value: &[u8]) {
        for (challenge, token) in credentials::challenged(value) {
            let known = self.challenges_of(asker);
            let index = known.len();
            if index >= CHALLENGES_MAX {
                return;
            }
            known.push(challenge);
            self.tokens.extend(token.map(|token| (asker, index, token)));
        }
    }

    /// The challenges of one who asks.
    pub(super) fn challenges_of(&mut self, asker: Asker) -> &mut Vec<Challenge> {
        let [server, proxy] = &mut self.challenges;
        match asker {
            Asker::Server => server,
            Asker::Proxy => proxy,
        }
    }

    fn connection(&mut self, value: &[u8]) {
        if has_word(value, "close") {
            self.closes = true;
        } else if has_word(value, "keep-alive") {
            self.closes = false;
        }
    }

    fn media_type(&mut self, value: &[u8]) {
        let words = [
            "text/",
            "application/json",
            "application/xml",
            "application/xhtml",
            "application/problem",
        ];
        self.is_text &= words.iter().any(|word| begins_with(value, word));
        let types = ["application/ocsp-response", "application/pkix-crl"];
        self.revocation |= types.iter().any(|word| begins_with(value, word));
    }

    /// How long its body is; `rest` stands behind the header section.
    pub(super) fn framing(&self, asked: Option<&Asked>, rest: &[u8]) -> Framing {
        let bare = match asked {
            Some(asked) => &*asked.exchange.method == "HEAD",
            // The answer to a HEAD that was not captured.
            None => start(rest) == Start::Response,
        };
        match (self.status, self.length) {
            (101 | 204 | 304, _) => Framing::None,
            _ if bare => Framing::None,
            _ if self.chunked => Framing::Chunked,
            (_, Some(Framing::Length(0))) => Framing::None,
            (_, Some(length)) => length,
            _ => Framing::Close,
        }
    }

    /// Completes the exchange.
    pub(super) fn fill(self, exchange: &mut Exchange) {
        exchange.version = self.version;
        exchange.status = Some(self.status);
        exchange.closes = self.closes;
        [exchange.challenges, exchange.proxy_challenges] = self.challenges;
        exchange.server = self.server;
        exchange.via = self.via;
        exchange.location = self.location;
        exchange.revocation |= self.revocation;
    }
}
