//! A classic pcap, written as it comes.

use finwhale::units::{SECOND, Time};
use std::io::{self, Write};

/// Bytes of the header of the file, and of that of a packet.
pub(crate) const FILE: u64 = 24;
pub(crate) const RECORD: u64 = 16;

/// Writes packets of Ethernet, all little-endian, with microseconds.
pub(crate) struct Pcap<W> {
    out: W,
    /// Packets written.
    pub(crate) packets: u64,
    /// Bytes written, headers included.
    pub(crate) bytes: u64,
}

impl<W: Write> Pcap<W> {
    /// Begins a file.
    ///
    /// # Errors
    /// Those of `out`.
    pub(crate) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&0xa1b2_c3d4u32.to_le_bytes())?;
        out.write_all(&[2, 0, 4, 0])?;
        for number in [0u32, 0, 262_144, 1] {
            out.write_all(&number.to_le_bytes())?;
        }
        Ok(Self { out, packets: 0, bytes: FILE })
    }

    /// Writes a packet.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn packet(&mut self, time: Time, frame: &[u8]) -> io::Result<()> {
        let microseconds = time.0.rem_euclid(SECOND) / 1000;
        let length = frame.len() as u32;
        let numbers = [time.seconds() as u32, microseconds as u32, length, length];
        let mut header = [0; RECORD as usize];
        for (field, number) in header.chunks_exact_mut(4).zip(numbers) {
            field.copy_from_slice(&number.to_le_bytes());
        }
        self.out.write_all(&header)?;
        self.out.write_all(frame)?;
        self.packets += 1;
        self.bytes += RECORD + frame.len() as u64;
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    /// Those of the writer.
    pub(crate) fn finish(mut self) -> io::Result<(u64, u64)> {
        self.out.flush()?;
        Ok((self.packets, self.bytes))
    }
}
