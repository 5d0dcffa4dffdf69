//! What happened in an authentication exchange inside another protocol.

use crate::units::At;
pub use crate::wire::ntlm::Response as NtlmVersion;
pub use crate::wire::spnego::Mechanism;

/// A fact about an authentication exchange. AP exchanges of Kerberos are [`crate::proto::krb5::Fact`]s.
#[derive(Clone, Debug)]
pub enum Fact {
    /// See [`Ntlm`].
    Ntlm(Box<Ntlm>),
    /// See [`Spnego`].
    Spnego(Box<Spnego>),
}

/// What carries the tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Carrier {
    /// HTTP headers.
    Http,
    /// SESSION_SETUP of SMB 2 and 3.
    Smb2,
    /// A protocol that has no analyzer of its own.
    Unread,
}

/// An NTLM exchange up to message 3, with what came of it. Stands at message 3.
#[derive(Clone, Debug)]
pub struct Ntlm {
    /// What carried it.
    pub carrier: Carrier,
    /// Message 1, where captured.
    pub negotiate: Option<At>,
    /// Message 2, where captured in the same conversation.
    pub challenge: Option<At>,
    /// User, as the client wrote it.
    pub user: Box<str>,
    /// Domain of the user.
    pub domain: Box<str>,
    /// The client's own name.
    pub workstation: Box<str>,
    /// Version of the response.
    pub version: NtlmVersion,
    /// NetBIOS and DNS names of the server and its domain, from message 2.
    pub server_names: Vec<Box<str>>,
    /// The name of the target as the client understands it (AV pair 9 of the response).
    pub target: Option<Box<str>>,
    /// What the server made of it: for HTTP the status of the response, else an NTSTATUS; `None`: not captured.
    pub status: Option<u32>,
    /// Whether that status lets the client in, as the carrier understands it.
    pub accepted: Option<bool>,
    /// The answer that says so.
    pub answer: Option<At>,
}

/// A negotiation that ended otherwise than by a completed mechanism: rejected, or left for another mechanism. Stands at
/// the server's answer.
#[derive(Clone, Debug)]
pub struct Spnego {
    /// What carried it.
    pub carrier: Carrier,
    /// Where the client made its offer.
    pub offer: Option<At>,
    /// Mechanisms that the client offered, in its order.
    pub offered: Vec<Mechanism>,
    /// The mechanism whose token came with the offer.
    pub tried: Option<Mechanism>,
    /// The mechanism that the server chose.
    pub chosen: Option<Mechanism>,
    /// negState of the last answer: 0 completed, 1 incomplete, 2 reject, 3 request-mic.
    pub state: Option<u8>,
}
