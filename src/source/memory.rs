//! Captures that lie in memory: for tests, and for whoever has the packets already.

use super::{About, Batch, Format, Packet, Reason, Source, read};
use crate::limits::Limits;
use crate::units::Time;
use std::io;

/// Reads a capture file whose bytes lie in memory.
///
/// # Errors
/// It is no capture.
pub fn capture(bytes: Vec<u8>, limits: &Limits) -> Result<Box<dyn Source>, Reason> {
    read(Box::new(io::Cursor::new(bytes)), limits)
}

/// Gives out packets that were put in one by one.
#[derive(Debug)]
pub struct Memory {
    bytes: Vec<u8>,
    packets: Vec<Packet>,
    given: usize,
    batch_max: usize,
    about: About,
}

impl Memory {
    /// No packets yet; batches will have up to `batch_max` of them.
    pub fn new(batch_max: usize) -> Self {
        Self {
            bytes: Vec::new(),
            packets: Vec::new(),
            given: 0,
            batch_max: batch_max.max(1),
            about: About::new(Format::Pcap),
        }
    }

    /// Adds a packet of the link type `link`, `wire` bytes long on the wire.
    pub fn push(&mut self, link: u16, time: Time, wire: u32, bytes: &[u8]) {
        let (at, captured) = (self.bytes.len() as u32, bytes.len() as u32);
        self.bytes.extend_from_slice(bytes);
        self.packets.push(Packet { at, captured, wire, link, interface: 0, time });
        if !self.about.link_types.contains(&link) {
            self.about.link_types.push(link);
        }
    }
}

impl Source for Memory {
    fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        let first = self.given as u64 + 1;
        let left = self.packets.get(self.given..).unwrap_or_default();
        let packets = left.get(..self.batch_max).unwrap_or(left);
        self.given += packets.len();
        Ok((!packets.is_empty()).then_some(Batch { bytes: &self.bytes, packets, first }))
    }

    fn about(&self) -> &About {
        &self.about
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packets_come_out_as_they_went_in() {
        let mut memory = Memory::new(2);
        for (n, bytes) in [&b"one"[..], b"", b"three"].into_iter().enumerate() {
            memory.push(1, Time(n as i64), 100, bytes);
        }
        let mut seen = Vec::new();
        while let Some(batch) = memory.next_batch().unwrap() {
            for (n, packet) in batch.packets.iter().enumerate() {
                let bytes = &batch.bytes[packet.at as usize..][..packet.captured as usize];
                seen.push((batch.first + n as u64, packet.time.0, bytes.to_vec()));
            }
        }
        assert_eq!(
            seen,
            [(1, 0, b"one".to_vec()), (2, 1, b"".to_vec()), (3, 2, b"three".to_vec())]
        );
        assert_eq!(memory.about().link_types, [1]);
    }
}
