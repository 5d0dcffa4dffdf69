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

/// A packet with its bytes, taken out of its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owned {
    /// Wireshark's number.
    pub number: u64,
    /// What the capture says of it; `at` is 0.
    pub packet: Packet,
    /// The bytes captured.
    pub bytes: Vec<u8>,
}

/// All packets that are left in a (small) capture.
///
/// # Errors
/// See [`Source::next_batch`].
pub fn collect(source: &mut dyn Source) -> io::Result<Vec<Owned>> {
    let mut all = Vec::new();
    while let Some(batch) = source.next_batch()? {
        for (number, packet) in (batch.first..).zip(batch.packets) {
            let range = packet.at as usize..packet.at as usize + packet.captured as usize;
            let bytes = batch.bytes.get(range).unwrap_or_default().to_vec();
            all.push(Owned { number, packet: Packet { at: 0, ..*packet }, bytes });
        }
    }
    Ok(all)
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

    fn position(&self) -> u64 {
        let next = self.packets.get(self.given);
        next.map_or(self.bytes.len() as u64, |packet| u64::from(packet.at))
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
        let all = collect(&mut memory).unwrap();
        let seen: Vec<_> =
            all.iter().map(|one| (one.number, one.packet.time.0, &one.bytes[..])).collect();
        assert_eq!(seen, [(1, 0, &b"one"[..]), (2, 1, b""), (3, 2, b"three")]);
        assert_eq!(memory.about().link_types, [1]);
    }
}
