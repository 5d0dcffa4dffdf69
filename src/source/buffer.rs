//! A reused buffer over a reader: what is unread moves to the front, the rest is filled by plain reads.

use super::position::{Counted, Position};
use std::fs::File;
use std::io::{self, ErrorKind, Read, Seek, SeekFrom};

/// Size of the buffer, bytes: with what is made of its packets it fits the second-level cache, so that later passes are
/// cheap. Measured from 64 KiB to 2 MiB: twice as much costs 2 to 3 % more, half as much no less.
const SIZE: usize = 256 << 10;

/// The unread bytes of a capture, with their place in it.
pub(super) struct Buffer {
    reader: Box<dyn Read + Send>,
    position: Position,
    bytes: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    unpacked: bool,
    fault: Option<String>,
}

impl Buffer {
    /// Over a file or a pipe, from its first byte.
    pub(super) fn new(reader: Box<dyn Read + Send>) -> Self {
        let (reader, position) = Counted::new(reader);
        Self::over(Box::new(reader), position, false)
    }

    /// Over the decompressor of an input: errors that are not the operating system's are damage, not errors.
    pub(super) fn unpacked(reader: Box<dyn Read + Send>, position: Position) -> Self {
        Self::over(reader, position, true)
    }

    fn over(reader: Box<dyn Read + Send>, position: Position, unpacked: bool) -> Self {
        Self {
            reader,
            position,
            bytes: Vec::new(),
            start: 0,
            end: 0,
            offset: 0,
            ended: false,
            unpacked,
            fault: None,
        }
    }

    /// How far the input is read; where it is compressed, so are the bytes that count.
    pub(super) fn position(&self) -> &Position {
        &self.position
    }

    /// What was read and not consumed.
    pub(super) fn unread(&self) -> &[u8] {
        self.bytes.get(self.start..self.end).unwrap_or_default()
    }

    /// Offset of the first unread byte in the capture (after decompression).
    pub(super) fn offset(&self) -> u64 {
        self.offset
    }

    /// Nothing can be read any more.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// The bytes come out of a decompressor.
    pub(super) fn is_unpacked(&self) -> bool {
        self.unpacked
    }

    /// Why the compressed data ended early.
    pub(super) fn fault(&self) -> Option<&str> {
        self.fault.as_deref()
    }

    /// Gives up what was read ahead and the reader behind it.
    pub(super) fn into_reader(self) -> Box<dyn Read + Send> {
        let ahead = io::Cursor::new(self.unread().to_vec());
        Box::new(ahead.chain(self.reader))
    }

    /// Passes over the first `len` unread bytes.
    pub(super) fn consume(&mut self, len: usize) {
        let len = len.min(self.end - self.start);
        self.start += len;
        self.offset += len as u64;
    }

    /// Goes to another place of a file, whose only reader this is.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(super) fn jump(&mut self, mut file: &File, offset: u64) -> io::Result<()> {
        file.seek(SeekFrom::Start(offset))?;
        self.position.set(offset);
        (self.start, self.end, self.offset, self.ended) = (0, 0, offset, false);
        Ok(())
    }

    /// Reads until at least `need` bytes are unread, or the input ends.
    ///
    /// What came is enough, be it less than a full buffer: a live capture is worked as it arrives.
    ///
    /// # Errors
    /// Those of the operating system.
    pub(super) fn fill(&mut self, need: usize) -> io::Result<()> {
        if self.ended || self.end - self.start >= need {
            return Ok(());
        }
        self.bytes.copy_within(self.start..self.end, 0);
        self.end -= self.start;
        self.start = 0;
        while !self.ended && self.end < need {
            self.make_room(need);
            self.read(need)?;
        }
        Ok(())
    }

    /// A full buffer doubles: room grows with what was read, not with what a length field claims.
    fn make_room(&mut self, need: usize) {
        if self.end == self.bytes.len() {
            self.bytes.resize((self.bytes.len() * 2).min(need).max(SIZE), 0);
        }
    }

    fn read(&mut self, need: usize) -> io::Result<()> {
        // A buffer that a huge packet made large is not filled again.
        let end = self.bytes.len().min(need.max(SIZE));
        let free = self.bytes.get_mut(self.end..end).unwrap_or_default();
        match self.reader.read(free) {
            Ok(0) => self.ended = true,
            Ok(len) => self.end = (self.end + len).min(self.bytes.len()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if self.unpacked && error.raw_os_error().is_none() => {
                self.fault = Some(match error.kind() {
                    ErrorKind::UnexpectedEof => "the compressed data ends early".into(),
                    _ => error.to_string(),
                });
                self.ended = true;
            }
            Err(error) => return Err(error),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte more at each call, as a slow pipe might.
    struct Slow(Vec<u8>, usize);

    impl Read for Slow {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            let len = self.1.min(into.len()).min(self.0.len());
            into[..len].copy_from_slice(&self.0[..len]);
            self.0.drain(..len);
            Ok(len)
        }
    }

    #[test]
    fn a_slow_pipe_fills_the_buffer_and_keeps_the_tail() {
        let bytes: Vec<u8> = (0..200_000u32).map(|n| n as u8).collect();
        let mut buffer = Buffer::new(Box::new(Slow(bytes.clone(), 0)));
        let mut seen = Vec::new();
        loop {
            buffer.fill(100).unwrap();
            assert_eq!(buffer.offset(), seen.len() as u64);
            let take = buffer.unread().len().min(7_777);
            seen.extend_from_slice(&buffer.unread()[..take]);
            buffer.consume(take);
            if take == 0 {
                break;
            }
        }
        assert!(buffer.ended());
        assert_eq!(seen, bytes);
    }

    /// What a live capture has sent so far; reading on would wait.
    struct Live(io::Cursor<Vec<u8>>);

    impl Read for Live {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            assert!(self.0.position() < self.0.get_ref().len() as u64, "would wait");
            self.0.read(into)
        }
    }

    #[test]
    fn what_has_arrived_is_not_held_back_for_a_full_buffer() {
        let mut buffer = Buffer::new(Box::new(Live(io::Cursor::new(vec![1; 1000]))));
        for left in [1000, 900, 16] {
            buffer.consume(buffer.unread().len() - left.min(buffer.unread().len()));
            buffer.fill(16).unwrap();
            assert_eq!(buffer.unread().len(), left);
        }
        assert_eq!(buffer.position().bytes(), 1000);
    }

    #[test]
    fn room_grows_with_the_bytes_that_came() {
        let mut buffer = Buffer::new(Box::new(io::repeat(1).take(1000)));
        buffer.fill(60 << 20).unwrap();
        assert_eq!(buffer.unread().len(), 1000);
        assert_eq!(buffer.bytes.len(), SIZE);
    }

    #[test]
    fn a_huge_packet_does_not_make_huge_batches() {
        let mut buffer = Buffer::new(Box::new(io::repeat(1).take(20 << 20)));
        buffer.fill(3 << 20).unwrap();
        assert_eq!(buffer.unread().len(), 3 << 20);
        buffer.consume(3 << 20);
        buffer.fill(16).unwrap();
        assert_eq!(buffer.unread().len(), SIZE);
    }

    #[test]
    fn a_decompressors_error_is_damage_and_the_systems_is_an_error() {
        struct Fails(fn() -> io::Error);
        impl Read for Fails {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err((self.0)())
            }
        }
        let corrupt = || io::Error::new(ErrorKind::InvalidData, "corrupt");
        let mut buffer = Buffer::unpacked(Box::new(Fails(corrupt)), Position::default());
        buffer.fill(1).unwrap();
        assert_eq!(buffer.fault(), Some("corrupt"));
        let system = || io::Error::from_raw_os_error(5);
        let mut buffer = Buffer::unpacked(Box::new(Fails(system)), Position::default());
        assert_eq!(buffer.fill(1).unwrap_err().raw_os_error(), Some(5));
    }
}
