//! How far an input is read, counted where its bytes come in.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes of an input that were read so far; all clones tell the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Position(Arc<AtomicU64>);

impl Position {
    /// The number of bytes.
    pub(super) fn bytes(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// The input goes on at another place.
    pub(super) fn set(&self, bytes: u64) {
        self.0.store(bytes, Ordering::Relaxed);
    }
}

/// Counts what comes through.
pub(super) struct Counted {
    reader: Box<dyn Read + Send>,
    position: Position,
}

impl Counted {
    /// Over an input from its first byte.
    pub(super) fn new(reader: Box<dyn Read + Send>) -> (Self, Position) {
        let position = Position::default();
        (Self { reader, position: position.clone() }, position)
    }
}

impl Read for Counted {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let len = self.reader.read(into)?;
        self.position.0.fetch_add(len as u64, Ordering::Relaxed);
        Ok(len)
    }
}
