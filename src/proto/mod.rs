//! Analyzers: state machines that turn the ordered bytes of a conversation into facts. They report, they do not judge.

pub mod feed;
pub mod looks;
pub mod plain;
pub mod tcp;
pub mod tls;

use crate::units::{At, Close, Ends, Frame, ProtocolId, Side};
use crate::wire::x509::Store;

/// Bytes of one side, in order and without a gap since the last call.
#[derive(Clone, Copy, Debug)]
pub struct Chunk<'a> {
    /// Who sent them.
    pub side: Side,
    /// The packet that completed them.
    pub at: At,
    /// The bytes that were not used yet: what was kept from before, then what is new.
    pub bytes: &'a [u8],
}

/// What an analyzer wants next of the side that it was just given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// More bytes.
    More,
    /// This many bytes need not be seen: the engine passes over them by sequence arithmetic.
    Skip(u64),
    /// Nothing more of either side.
    Stop,
    /// Another protocol takes over; both sides switch at their current offsets.
    Become(ProtocolId),
}

/// Follows one conversation.
pub trait Analyzer: Send {
    /// Takes ordered bytes; gives back how many it used and what it wants next. Unused bytes come again with more behind them.
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then);
    /// `len` bytes of a side were not captured: resynchronise or stop, never guess.
    fn gap(&mut self, side: Side, at: At, len: u64, out: &mut Out<'_>);
    /// A side will send nothing more. Called once a side; a reset ends both, its sender first.
    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>);
}

/// A first opinion on the first bytes of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is this protocol.
    Yes,
    /// Too few bytes to tell.
    More,
    /// It is not.
    No,
}

/// An entry of the list of protocols.
pub struct Protocol {
    /// Its id.
    pub id: ProtocolId,
    /// Looks at the first bytes that a side sent.
    pub probe: fn(Side, &[u8]) -> Verdict,
    /// A fresh analyzer for a conversation.
    pub new: fn(&Ends) -> Box<dyn Analyzer>,
}

/// TLS over TCP.
pub const TLS: ProtocolId = ProtocolId(0);
/// Anything else: named by its first bytes, watched for a TLS hello (STARTTLS, CONNECT).
pub const PLAIN: ProtocolId = ProtocolId(1);

/// All stream protocols, carried before carrier; the last one takes whatever none of the others wants.
pub const PROTOCOLS: &[Protocol] = &[tls::PROTOCOL, plain::PROTOCOL];

/// What an analyzer found, whatever the protocol.
#[derive(Clone, Debug)]
pub enum Fact {
    /// See [`tcp::Fact`].
    Tcp(tcp::Fact),
    /// See [`tls::Fact`].
    Tls(tls::Fact),
    /// See [`plain::Fact`].
    Plain(plain::Fact),
}

/// A fact with its place and its parties.
#[derive(Clone, Debug)]
pub struct Emitted {
    /// Where the fact stands (the `frame` of the contract).
    pub at: At,
    /// The packet that made it known: at or after `at`.
    pub known: Frame,
    /// Between whom.
    pub ends: Ends,
    /// What happened.
    pub fact: Fact,
}

/// Which side sends such first bytes, where they tell.
pub fn speaker(bytes: &[u8]) -> Option<Side> {
    match bytes {
        // A TLS handshake record: ClientHello, ServerHello.
        [22, 3, _, _, _, 1, ..] => Some(Side::Client),
        [22, 3, _, _, _, 2, ..] => Some(Side::Server),
        _ if bytes.starts_with(b"HTTP/1.") => Some(Side::Server),
        _ if looks::Looks::at(bytes) == looks::Looks::Http => Some(Side::Client),
        _ => None,
    }
}

/// The only exit of an analyzer.
pub struct Out<'a> {
    /// The conversation at hand.
    pub ends: &'a Ends,
    /// The packet at hand.
    pub now: At,
    /// The opening SYN of the conversation was seen.
    pub from_start: bool,
    /// Packets of both sides were seen so far.
    pub two_sided: bool,
    /// Certificates already parsed.
    pub store: &'a mut Store,
    /// Facts go here.
    pub facts: &'a mut Vec<Emitted>,
    /// The longest message to put together, bytes ([`crate::limits::Limits::message_bytes_max`]).
    pub message_bytes_max: usize,
}

impl Out<'_> {
    /// Reports a fact that stands at `at`.
    pub fn emit(&mut self, at: At, fact: Fact) {
        self.facts.push(Emitted { at, known: self.now.frame, ends: *self.ends, fact });
    }
}
