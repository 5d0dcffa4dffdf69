//! Hands the messages of a conversation over one by one, whether datagrams or behind lengths in a stream.

use super::{MESSAGE_BYTES_MAX, PREFIX, framed};
use crate::proto::{Analyzer, Chunk, Out, Then, Verdict};
use crate::units::{At, Close, Side};

/// What follows requests and answers.
pub(super) trait Dialogue: Send {
    /// A message begins here.
    const START: fn(&[u8]) -> Verdict;
    /// Takes a message.
    fn message(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>);
    /// No answers come any more.
    fn end(&mut self, out: &mut Out<'_>);
    /// A request has no answer so far.
    fn is_waiting(&self) -> bool;
}

/// A conversation of datagrams, each a message.
pub(super) struct Datagrams<D>(D);

impl<D> Datagrams<D> {
    pub(super) fn new(dialogue: D) -> Self {
        Self(dialogue)
    }
}

impl<D: Dialogue> Analyzer for Datagrams<D> {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        self.0.message(chunk, out);
        (chunk.bytes.len(), Then::More)
    }

    fn gap(&mut self, _: Side, _: At, _: u64, _: &mut Out<'_>) {}

    fn end(&mut self, side: Side, _: At, _: Close, out: &mut Out<'_>) {
        if side == Side::Server {
            self.0.end(out);
        }
    }

    fn is_waiting(&self) -> bool {
        self.0.is_waiting()
    }
}

/// A conversation over TCP.
pub(super) struct Stream<D> {
    dialogue: D,
    /// A message of this side begins at its next byte.
    in_step: [bool; 2],
}

impl<D> Stream<D> {
    pub(super) fn new(dialogue: D) -> Self {
        Self { dialogue, in_step: [false; 2] }
    }
}

impl<D: Dialogue> Analyzer for Stream<D> {
    fn data(&mut self, chunk: Chunk<'_>, out: &mut Out<'_>) -> (usize, Then) {
        let mut used = 0;
        loop {
            let rest = chunk.bytes.get(used..).unwrap_or_default();
            let in_step = &mut self.in_step[chunk.side.index()];
            if !*in_step {
                match framed(rest, D::START) {
                    Verdict::Yes => *in_step = true,
                    Verdict::More => return (used, Then::More),
                    // Behind a gap, or no Kerberos: a message may begin with a later segment.
                    Verdict::No => return (chunk.bytes.len(), Then::More),
                }
            }
            let Some((length, rest)) = rest.split_first_chunk::<PREFIX>() else {
                return (used, Then::More);
            };
            let length = u32::from_be_bytes(*length) as usize;
            if length > MESSAGE_BYTES_MAX {
                *in_step = false;
                return (chunk.bytes.len(), Then::More);
            }
            let Some(message) = rest.get(..length) else { return (used, Then::More) };
            self.dialogue.message(Chunk { bytes: message, ..chunk }, out);
            used += PREFIX + length;
        }
    }

    fn gap(&mut self, side: Side, _: At, _: u64, _: &mut Out<'_>) {
        self.in_step[side.index()] = false;
    }

    fn end(&mut self, side: Side, _: At, _: Close, out: &mut Out<'_>) {
        if side == Side::Server {
            self.dialogue.end(out);
        }
    }
}
