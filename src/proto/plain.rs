//! Conversations that are not (yet) TLS: what the first bytes of each side look like, and whether TLS begins later.

use super::looks::Looks;
use super::{Analyzer, Chunk, Out, PLAIN, Protocol, Then, Verdict};
use crate::units::{At, Close, Side};

/// The entry in the list of protocols: takes everything.
pub const PROTOCOL: Protocol =
    Protocol { id: PLAIN, probe: |_, _| Verdict::Yes, new: |_| Box::new(Plain {}) };

/// `plain.exchange`: reported once a connection, when it ends or both sides have spoken, only where one of the sides looks like
/// TLS was expected (see `Mismatch`); all others are folded into aggregates (what this server's port speaks).
#[derive(Clone, Debug)]
pub struct Fact {
    /// What the client's first bytes look like, and where.
    pub client: Option<(Looks, At)>,
    /// What the server's first bytes look like, and where.
    pub server: Option<(Looks, At)>,
    /// The server's answer says that plain HTTP came to a TLS port.
    pub server_wants_tls: bool,
    /// The TLS alert that the server gave as its first bytes: level, code.
    pub server_alert: Option<(u8, u8)>,
    /// Who closed first, how, where.
    pub ended: Option<(Side, Close, At)>,
}

struct Plain {}

impl Analyzer for Plain {
    fn data(&mut self, chunk: Chunk<'_>, _: &mut Out<'_>) -> (usize, Then) {
        (chunk.bytes.len(), Then::Stop)
    }
    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}
    fn end(&mut self, _: Side, _: At, _: Close, _: &mut Out<'_>) {}
}
