//! Requests: what the first half of an exchange is made of.

use super::body::Framing;
use super::credentials::{self, Asker};
use super::text::{begins_with, has_word, lower, text};
use super::{Credentials, Exchange, Version};
use crate::proto::Chunk;
use crate::wire::http::{Head, request_line};
use memchr::memmem;

const METHOD_CHARS_MAX: usize = 32;
pub(super) const URI_CHARS_MAX: usize = 2000;
pub(super) const LINE_CHARS_MAX: usize = 200;
/// A name of DNS has 253 characters at most.
const HOST_CHARS_MAX: usize = 255;

/// The protocol that a request would rather speak.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Upgrade {
    /// None.
    #[default]
    None,
    /// TLS (RFC 2817).
    Tls,
    /// HTTP/2 in clear.
    Http2,
    /// Any other: WebSocket.
    Other,
}

/// A request that waits for its response.
#[derive(Clone, Default)]
pub(super) struct Asked {
    /// The exchange, so far.
    pub(super) exchange: Box<Exchange>,
    /// What it would switch to.
    pub(super) upgrade: Upgrade,
    /// Tokens that it shows, until they are looked at.
    pub(super) tokens: Vec<(Asker, Vec<u8>)>,
}

impl Asked {
    /// Reads a header section; `None`: it is no request of HTTP.
    pub(super) fn read(section: Chunk<'_>) -> Option<(Self, Framing)> {
        let head = Head::new(section.bytes);
        let (method, target, minor) = request_line(head.line)?;
        let version = if minor == 0 { Version::Http10 } else { Version::Http11 };
        let mut asked = Self::new(version, section);
        let mut framing = Framing::None;
        asked.exchange.method = text(method, METHOD_CHARS_MAX);
        asked.exchange.uri = text(target, URI_CHARS_MAX);
        let mut buffer = [0; 24];
        for (name, value) in head.fields() {
            match lower(name, &mut buffer) {
                b"content-length" if framing != Framing::Chunked => {
                    framing = length(value).unwrap_or(framing);
                }
                b"transfer-encoding" if has_word(value, "chunked") => framing = Framing::Chunked,
                b"upgrade" => asked.upgrade = upgrade(value),
                name => asked.field(name, value),
            }
        }
        asked.settle();
        Some((asked, framing))
    }

    /// Reads the fields of a header block of HTTP/2, which came in `section`; `None`: it is no request.
    pub(super) fn collect(section: Chunk<'_>, fields: &[(Vec<u8>, Vec<u8>)]) -> Option<Self> {
        let mut asked = Self::new(Version::Http2, section);
        for (name, value) in fields {
            match &name[..] {
                b":method" => asked.exchange.method = text(value, METHOD_CHARS_MAX),
                b":path" => asked.exchange.uri = text(value, URI_CHARS_MAX),
                b":authority" => asked.exchange.set_host(value),
                name => asked.field(name, value),
            }
        }
        asked.settle();
        (!asked.exchange.method.is_empty()).then_some(asked)
    }

    fn new(version: Version, section: Chunk<'_>) -> Self {
        let mut asked = Self::default();
        asked.exchange.version = version;
        asked.exchange.request = Some(section.at);
        asked.exchange.header_bytes = u32::try_from(section.bytes.len()).unwrap_or(u32::MAX);
        asked
    }

    /// Notes a field; `name` is in small letters.
    fn field(&mut self, name: &[u8], value: &[u8]) {
        let exchange = &mut *self.exchange;
        match name {
            b"host" => exchange.set_host(value),
            b"user-agent" => exchange.user_agent = Some(text(value, LINE_CHARS_MAX)),
            b"authorization" => {
                exchange.credentials = shown(value, Asker::Server, &mut self.tokens);
            }
            b"proxy-authorization" => {
                exchange.proxy_credentials = shown(value, Asker::Proxy, &mut self.tokens);
            }
            b"expect" => exchange.expects_continue |= has_word(value, "100-continue"),
            b"content-type" => {
                exchange.revocation |= begins_with(value, "application/ocsp-request");
            }
            _ => {}
        }
    }

    /// All fields were read.
    fn settle(&mut self) {
        let uri = std::mem::take(&mut self.exchange.uri);
        let is_connect = self.is_connect();
        let exchange = &mut *self.exchange;
        exchange.revocation |= asks_for_list(&exchange.method, uri.as_bytes());
        if is_connect && !uri.is_empty() {
            exchange.set_host(uri.as_bytes());
        } else if exchange.host.is_none() {
            exchange.set_host(authority(uri.as_bytes()).unwrap_or_default());
        }
        exchange.uri = uri;
    }

    /// It asks for a tunnel.
    pub(super) fn is_connect(&self) -> bool {
        &*self.exchange.method == "CONNECT"
    }
}

/// Credentials; their token is set aside.
fn shown(value: &[u8], asker: Asker, tokens: &mut Vec<(Asker, Vec<u8>)>) -> Option<Credentials> {
    let (credentials, token) = credentials::shown(value)?;
    tokens.retain(|(other, _)| *other != asker);
    tokens.extend(token.map(|token| (asker, token)));
    Some(credentials)
}

/// Content-Length; a list of equal lengths is one (RFC 9110 section 8.6).
pub(super) fn length(value: &[u8]) -> Option<Framing> {
    let first = value.split(|byte| *byte == b',').next()?.trim_ascii();
    let digits = !first.is_empty() && first.iter().all(u8::is_ascii_digit);
    let text = std::str::from_utf8(first).ok().filter(|_| digits)?;
    text.parse().ok().map(Framing::Length)
}

fn upgrade(value: &[u8]) -> Upgrade {
    match value {
        _ if begins_with(value, "TLS/") => Upgrade::Tls,
        _ if has_word(value, "h2c") => Upgrade::Http2,
        _ => Upgrade::Other,
    }
}

/// It fetches a revocation list, by its path.
fn asks_for_list(method: &str, target: &[u8]) -> bool {
    let path = target.split(|byte| *byte == b'?').next().unwrap_or_default();
    let suffix = path.len().checked_sub(4).and_then(|at| path.get(at..)).unwrap_or_default();
    method == "GET" && suffix.eq_ignore_ascii_case(b".crl")
}

/// Host and port of a target in absolute form.
fn authority(target: &[u8]) -> Option<&[u8]> {
    let at = memmem::find(target, b"://")? + 3;
    target.get(at..)?.split(|byte| matches!(byte, b'/' | b'?')).next()
}

impl Exchange {
    /// Takes host and port of `authority`: `example.com:8080`, `[::1]:80`.
    pub(super) fn set_host(&mut self, authority: &[u8]) {
        let bare = authority.rsplit(|byte| *byte == b'@').next().unwrap_or(authority);
        let port = bare
            .iter()
            .rposition(|byte| *byte == b':')
            .filter(|at| bare.get(at + 1..).is_some_and(is_port));
        let (host, port) = match port {
            Some(at) => (bare.get(..at).unwrap_or_default(), bare.get(at + 1..)),
            None => (bare, None),
        };
        let mut host = String::from(text(host, HOST_CHARS_MAX));
        host.make_ascii_lowercase();
        if !host.is_empty() {
            self.host = Some(host.into());
            self.port = port.and_then(|digits| std::str::from_utf8(digits).ok()?.parse().ok());
        }
    }
}

fn is_port(digits: &[u8]) -> bool {
    !digits.is_empty() && digits.iter().all(u8::is_ascii_digit)
}
