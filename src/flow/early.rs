//! Segments that came before the bytes in front of them: kept in order until the hole is filled or given up.

use crate::units::At;
use std::collections::BTreeMap;

/// What a kept segment costs beside its bytes: its place in a tree that is half full at worst, the head of its piece of
/// the heap, and what that is rounded by.
const OVERHEAD: usize = 112;

/// An early segment.
#[derive(Debug)]
pub(super) struct Piece {
    /// Sequence number of its first byte.
    pub(super) seq: u32,
    /// Bytes that the snap length cut off behind it.
    pub(super) cut: u32,
    /// What was captured of it.
    pub(super) bytes: Box<[u8]>,
}

impl Piece {
    /// The sequence number behind it.
    pub(super) fn end(&self) -> u32 {
        self.seq.wrapping_add(self.bytes.len() as u32).wrapping_add(self.cut)
    }
}

/// The early segments of one direction.
#[derive(Debug)]
pub(super) struct Early {
    /// Sequence number that keys count from; all pieces lie within 2^31 of it.
    origin: u32,
    pieces: BTreeMap<u32, Piece>,
    held: usize,
    /// The first segment that came early.
    pub(super) since: At,
    /// The peer acknowledged bytes of the hole: since when they are known to be missing.
    pub(super) acked: Option<At>,
    /// Packets of the conversation since then.
    pub(super) patience: u32,
}

impl Early {
    pub(super) fn new(next: u32, since: At) -> Self {
        Self { origin: next, pieces: BTreeMap::new(), held: 0, since, acked: None, patience: 0 }
    }

    /// Bytes held, overhead included.
    pub(super) fn held(&self) -> usize {
        self.held
    }

    pub(super) fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Keeps a piece; of two that begin alike the longer one stays.
    pub(super) fn add(&mut self, piece: Piece) {
        let key = piece.seq.wrapping_sub(self.origin);
        if self.pieces.get(&key).is_some_and(|old| old.bytes.len() >= piece.bytes.len()) {
            return;
        }
        self.held += piece.bytes.len() + OVERHEAD;
        if let Some(old) = self.pieces.insert(key, piece) {
            self.held -= old.bytes.len() + OVERHEAD;
        }
    }

    /// Payload bytes of the longest piece.
    pub(super) fn longest(&self) -> u32 {
        self.pieces.values().map(|piece| piece.end().wrapping_sub(piece.seq)).max().unwrap_or(0)
    }

    /// Where the first piece begins.
    pub(super) fn first(&self) -> Option<u32> {
        self.pieces.values().next().map(|piece| piece.seq)
    }

    /// Takes the first piece if it begins at or before `next`.
    pub(super) fn take(&mut self, next: u32) -> Option<Piece> {
        let entry = self.pieces.first_entry()?;
        if next.wrapping_sub(entry.get().seq) as i32 >= 0 {
            let piece = entry.remove();
            self.held -= piece.bytes.len() + OVERHEAD;
            return Some(piece);
        }
        None
    }

    /// Starts to wait for the next hole.
    pub(super) fn renew(&mut self, now: At) {
        self.since = now;
        self.acked = None;
        self.patience = 0;
    }
}
