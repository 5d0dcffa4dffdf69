//! Analyzers: state machines that turn the ordered bytes of a conversation into facts. They report, they do not judge.

pub mod auth;
pub mod clock;
pub mod dns;
pub mod feed;
pub mod http;
pub mod krb5;
pub mod looks;
pub mod ntp;
pub mod plain;
pub mod smb;
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
    /// Another protocol begins, whose first bytes will tell which; both sides switch at their current offsets.
    Detect,
}

/// Follows one conversation.
pub trait Analyzer: Send {
    /// Takes ordered bytes; gives back how many it used and what it wants next. Unused bytes come again with more behind them.
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then);
    /// `len` bytes of a side were not captured: resynchronise or stop, never guess.
    fn gap(&mut self, side: Side, at: At, len: u64, out: &mut Out<'_>);
    /// A side will send nothing more. Called once a side; a reset ends both, its sender first.
    fn end(&mut self, side: Side, at: At, how: Close, out: &mut Out<'_>);
    /// Bytes that `side` still has to send before what it left unread is whole, where that is known.
    fn missing(&self, _: Side) -> usize {
        0
    }
    /// Something that was said still wants an answer; a conversation of datagrams in which nothing does is soon forgotten.
    fn is_waiting(&self) -> bool {
        true
    }
    /// It is dropped for want of room, though its conversation may go on: tells what is certain, and claims no absence.
    fn evict(&mut self, _: At, _: &mut Out<'_>) {}
    /// About how many bytes it keeps beyond its own size.
    fn held(&self) -> usize {
        0
    }
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

/// What a protocol travels in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Ordered bytes.
    Stream,
    /// Datagrams: each chunk is a whole one (as far as it was captured), what an analyzer leaves of it is gone.
    Datagram,
}

/// An entry of the list of protocols.
pub struct Protocol {
    /// Its id.
    pub id: ProtocolId,
    /// What it travels in.
    pub kind: Kind,
    /// Ports (of either side) on which it is looked for; empty: all. Only for formats whose first bytes prove little.
    pub ports: &'static [u16],
    /// Looks at the first bytes that a side sent.
    pub probe: fn(Side, &[u8]) -> Verdict,
    /// Which side sends such first bytes, where they tell.
    pub speaks: fn(&[u8]) -> Option<Side>,
    /// A fresh analyzer for a conversation.
    pub new: fn(&Ends) -> Box<dyn Analyzer>,
}

/// TLS over TCP.
pub const TLS: ProtocolId = ProtocolId(0);
/// Any other stream: named by its first bytes, watched for a TLS hello (STARTTLS, CONNECT).
pub const PLAIN: ProtocolId = ProtocolId(1);
/// HTTP/1 and HTTP/2 in clear.
pub const HTTP: ProtocolId = ProtocolId(2);
/// DNS over TCP.
pub const DNS_TCP: ProtocolId = ProtocolId(3);
/// DNS over UDP, and its kin: mDNS, LLMNR, NetBIOS names.
pub const DNS: ProtocolId = ProtocolId(4);
/// Kerberos over TCP.
pub const KRB5_TCP: ProtocolId = ProtocolId(5);
/// Kerberos over UDP.
pub const KRB5: ProtocolId = ProtocolId(6);
/// Changing passwords (kpasswd) over TCP.
pub const KPASSWD_TCP: ProtocolId = ProtocolId(7);
/// Changing passwords (kpasswd) over UDP.
pub const KPASSWD: ProtocolId = ProtocolId(8);
/// NTP
pub const NTP: ProtocolId = ProtocolId(9);

/// SMB 1, 2 and 3.
pub const SMB: ProtocolId = ProtocolId(10);

/// All protocols, carried before carrier; the last one takes whatever stream none of the others wants.
pub const PROTOCOLS: &[Protocol] = &[
    dns::PROTOCOL,
    dns::OVER_TCP,
    krb5::PROTOCOL_UDP,
    krb5::PROTOCOL_TCP,
    krb5::KPASSWD_PROTOCOL_UDP,
    krb5::KPASSWD_PROTOCOL_TCP,
    tls::PROTOCOL,
    smb::PROTOCOL,
    http::PROTOCOL,
    ntp::PROTOCOL,
    plain::PROTOCOL,
];

/// What an analyzer found, whatever the protocol.
#[derive(Clone, Debug)]
pub enum Fact {
    /// See [`tcp::Fact`].
    Tcp(tcp::Fact),
    /// See [`tls::Fact`].
    Tls(tls::Fact),
    /// See [`plain::Fact`].
    Plain(Box<plain::Fact>),
    /// See [`dns::Exchange`].
    Dns(Box<dns::Exchange>),
    /// See [`http::Exchange`].
    Http(Box<http::Exchange>),
    /// See [`krb5::Fact`].
    Krb5(krb5::Fact),
    /// See [`auth::Fact`].
    Auth(auth::Fact),
    /// See [`smb::Fact`].
    Smb(smb::Fact),
    /// See [`clock::Reading`].
    Clock(clock::Reading),
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

/// Which side sends such first bytes, where they tell. `ports` are those of both ends.
pub fn speaker(kind: Kind, ports: [Option<u16>; 2], bytes: &[u8]) -> Option<Side> {
    let fitting = PROTOCOLS.iter().filter(|protocol| protocol.fits(kind, ports));
    fitting.filter_map(|protocol| (protocol.speaks)(bytes)).next()
}

impl Protocol {
    /// It may be looked for in such a conversation.
    pub fn fits(&self, kind: Kind, ports: [Option<u16>; 2]) -> bool {
        let known = |port: &u16| ports.contains(&Some(*port));
        self.kind == kind && (self.ports.is_empty() || self.ports.iter().any(known))
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
    pub store: &'a Store,
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

    /// As [`Self::emit`], where the one who was called is the client of this exchange.
    pub fn emit_turned(&mut self, at: At, fact: Fact) {
        let Ends { client, server, .. } = *self.ends;
        let ends = Ends { client: server, server: client, ..*self.ends };
        self.facts.push(Emitted { at, known: self.now.frame, ends, fact });
    }
}
