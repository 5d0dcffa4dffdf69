//! What happened to a request.

use crate::proto::auth::Mechanism;
use crate::units::{At, Close, Side};

/// Version of HTTP.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Version {
    /// HTTP/1.0 (and 0.9)
    Http10,
    /// HTTP/1.1
    #[default]
    Http11,
    /// HTTP/2 in clear.
    Http2,
}

/// An authentication scheme (RFC 9110 section 11).
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// Basic
    #[default]
    Basic,
    /// Digest
    Digest,
    /// NTLM
    Ntlm,
    /// Negotiate
    Negotiate,
    /// Bearer
    Bearer,
    /// Any other, as written.
    Other(Box<str>),
}

impl Scheme {
    /// As it is written in headers.
    pub fn name(&self) -> &str {
        match self {
            Self::Basic => "Basic",
            Self::Digest => "Digest",
            Self::Ntlm => "NTLM",
            Self::Negotiate => "Negotiate",
            Self::Bearer => "Bearer",
            Self::Other(name) => name,
        }
    }
}

/// What a request showed to be let in; passwords, responses, tickets and tokens are left out.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    /// Scheme.
    pub scheme: Scheme,
    /// User, where the scheme names one in clear (Basic, Digest, NTLM message 3).
    pub user: Option<Box<str>>,
    /// Domain of the user.
    pub domain: Option<Box<str>>,
    /// Realm of Digest.
    pub realm: Option<Box<str>>,
    /// Mechanism of the token.
    pub mechanism: Option<Mechanism>,
    /// The message of NTLM: 1, 2 or 3.
    pub ntlm_message: Option<u8>,
    /// The service of the ticket in an AP-REQ: `HTTP/web.example.com`.
    pub ticket_for: Option<Box<str>>,
    /// Bytes of the header's value.
    pub bytes: u32,
}

impl Credentials {
    /// They are whole: the server can decide by them (message 1 of NTLM only opens the exchange).
    pub fn are_whole(&self) -> bool {
        self.ntlm_message != Some(1)
    }
}

/// A challenge of a server or a proxy.
#[derive(Clone, Debug, Default)]
pub struct Challenge {
    /// Scheme.
    pub scheme: Scheme,
    /// Realm, at most 200 characters.
    pub realm: Option<Box<str>>,
    /// It carries a token: the exchange goes on (NTLM message 2, a reply of SPNEGO).
    pub has_token: bool,
    /// The message of NTLM in its token.
    pub ntlm_message: Option<u8>,
    /// The code of the KRB-ERROR in its token.
    pub krb_error: Option<i32>,
    /// negState of the SPNEGO reply in its token.
    pub state: Option<u8>,
    /// Digest says that only the nonce was old.
    pub stale: bool,
}

/// A response, or a request that got none. With a response it stands at the packet that completes the response's
/// header section, else at the request. A 100 is an exchange of its own; the final response follows.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    /// Version of the response, else of the request.
    pub version: Version,
    /// Method; empty where the request was not captured. At most 32 characters.
    pub method: Box<str>,
    /// URI as in the request, at most 2,000 characters.
    pub uri: Box<str>,
    /// Host (`:authority`), in lower case, without the port.
    pub host: Option<Box<str>>,
    /// Port of the Host, or of the target of CONNECT.
    pub port: Option<u16>,
    /// User-Agent, at most 200 characters.
    pub user_agent: Option<Box<str>>,
    /// The packet that completed the request's header section.
    pub request: Option<At>,
    /// What the request showed the server.
    pub credentials: Option<Credentials>,
    /// What the request showed the proxy.
    pub proxy_credentials: Option<Credentials>,
    /// The server, or the proxy, had accepted credentials earlier on the same connection.
    pub authenticated: bool,
    /// Bytes of the request's header section.
    pub header_bytes: u32,
    /// `Expect: 100-continue`.
    pub expects_continue: bool,
    /// The first byte of the request's body, where it has one.
    pub body: Option<At>,
    /// The 100 that came before this final response.
    pub continued: Option<At>,
    /// Status; `None`: no response.
    pub status: Option<u16>,
    /// Schemes of WWW-Authenticate, in order (at most 16).
    pub challenges: Vec<Challenge>,
    /// Schemes of Proxy-Authenticate.
    pub proxy_challenges: Vec<Challenge>,
    /// The response closes the connection (`Connection: close`, or HTTP/1.0 without keep-alive).
    pub closes: bool,
    /// Server, at most 200 characters.
    pub server: Option<Box<str>>,
    /// Via: a proxy speaks.
    pub via: Option<Box<str>>,
    /// Location, or X-MS-Location of ActiveSync's 451; at most 2,000 characters.
    pub location: Option<Box<str>>,
    /// The words of the body (at most 300 characters of text, markup left out) of a response >= 400 that came with it.
    pub text: Option<Box<str>>,
    /// The first request of its connection.
    pub first: bool,
    /// Who ended the connection before a response came, how, where.
    pub ended: Option<(Side, Close, At)>,
    /// It is an OCSP request, or fetches a revocation list (by method, type and path).
    pub revocation: bool,
}

impl Exchange {
    /// To a virtual directory of ActiveSync (MS-ASHTTP section 2.2.1.1.1).
    pub fn is_active_sync(&self) -> bool {
        const PATH: &str = "/microsoft-server-activesync";
        self.uri.get(..PATH.len()).is_some_and(|path| path.eq_ignore_ascii_case(PATH))
    }
}
