//! Stretches of a capture file, for several threads to read at the same time: each says where it thinks that its first
//! record begins, and whoever has read what lies before it knows whether that is so.

use super::fields::Order;
use super::pcap::Layout;
use super::section::Interface;
use super::{Packet, blocks};
use crate::units::{SECOND, Time};
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Read beyond the end of a stretch, for the record that lies across it.
const BEYOND: usize = 2 << 10;
/// Records longer than this are left to who reads record by record.
const RECORD_MAX: usize = 1 << 20;
/// Records in a row that look like some.
const IN_A_ROW: usize = 4;
/// How far a record may be searched for.
const SEARCH_MAX: usize = 128 << 10;
/// Records this far apart in time are no neighbours.
const APART_MAX: i64 = 24 * 3600;

/// A place between two records.
#[derive(Clone, Copy, Debug, Default)]
pub struct Mark {
    /// Bytes of the file before it.
    pub offset: u64,
    /// Packets before it.
    pub packets: u64,
    /// Time of the last of them.
    pub time: Time,
}

/// A file whose records can be read from any place, up to the first that is no plain packet.
#[derive(Clone, Debug)]
pub struct Stretches {
    pub(super) file: Arc<File>,
    pub(super) records: Records,
    /// Where the records go on.
    pub mark: Mark,
}

/// What the records look like.
#[derive(Clone, Debug)]
pub(super) enum Records {
    /// Of a pcap.
    Plain(Layout),
    /// Enhanced packet blocks of one section: byte order, interfaces, and the longest.
    Blocks(Order, Arc<[Interface]>, usize),
}

/// Packets of a part of a file.
#[derive(Debug, Default)]
pub struct Stretch {
    /// What was read, and behind it what was read some time before.
    buffer: Vec<u8>,
    filled: usize,
    /// The packets; their bytes lie in [`Self::bytes`].
    pub packets: Vec<Packet>,
    /// Where in the file the first record begins; `u64::MAX` where none was found.
    pub start: u64,
    /// Where the first record behind this stretch begins.
    pub end: u64,
    /// What lies at `end` is no plain packet, or not all there.
    pub broken: bool,
}

impl Stretch {
    /// Whole records, and what lies around them.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(..self.filled).unwrap_or_default()
    }

    /// Reads `more` bytes behind those that are there, `from` being where they begin in the file; false at its end.
    fn fill(&mut self, file: &File, from: u64, more: usize) -> io::Result<bool> {
        let full = self.filled + more;
        if self.buffer.len() < full {
            self.buffer.resize(full, 0);
        }
        while let Some(free) =
            self.buffer.get_mut(self.filled..full).filter(|free| !free.is_empty())
        {
            match read_at(file, free, from + self.filled as u64) {
                Ok(0) => return Ok(false),
                Ok(len) => self.filled += len,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }
}

impl Stretches {
    /// Reads the packets whose records begin in `from..to`. The first one begins at `from` if that is `sure`, else where
    /// several records in a row seem to begin.
    ///
    /// # Errors
    /// Those of the operating system.
    pub fn read(
        &self,
        stretch: &mut Stretch,
        (from, to): (u64, u64),
        sure: bool,
        near: Time,
    ) -> io::Result<()> {
        let len = usize::try_from(to.saturating_sub(from)).unwrap_or(0);
        stretch.packets.clear();
        stretch.filled = 0;
        (stretch.start, stretch.end, stretch.broken) = (from, from, false);
        if len == 0 {
            return Ok(());
        }
        stretch.fill(&self.file, from, len + BEYOND)?;
        let at = if sure { Some(0) } else { self.search(stretch.bytes(), near) };
        let Some(mut at) = at else {
            (stretch.start, stretch.broken) = (u64::MAX, true);
            return Ok(());
        };
        stretch.start = from + at as u64;
        while at < len {
            let need;
            (at, need) = {
                let bytes = stretch.buffer.get(..stretch.filled).unwrap_or_default();
                self.records.walk(bytes, at, &mut stretch.packets)
            };
            let whole = need.filter(|need| at < len && *need <= RECORD_MAX);
            let more = whole.map_or(0, |need| (at + need).saturating_sub(stretch.filled));
            if at < len && (more == 0 || !stretch.fill(&self.file, from, more)?) {
                stretch.broken = true;
                break;
            }
        }
        while let Some(begin) = stretch.packets.last().map(|packet| self.records.begin(packet))
            && begin >= len
        {
            at = begin;
            stretch.packets.pop();
        }
        stretch.end = from + at as u64;
        Ok(())
    }

    /// Where records seem to begin.
    fn search(&self, bytes: &[u8], near: Time) -> Option<usize> {
        (0..bytes.len().min(SEARCH_MAX)).find(|at| {
            let mut next = *at;
            (0..IN_A_ROW).all(|_| match self.records.next(bytes, next, near) {
                Some(behind) => {
                    next = behind;
                    true
                }
                None => false,
            })
        })
    }
}

impl Records {
    /// Describes the packets of the whole records from `at` on. Where it ended, and how long the next record is, where it
    /// is none but not whole.
    fn walk(&self, bytes: &[u8], at: usize, packets: &mut Vec<Packet>) -> (usize, Option<usize>) {
        match self {
            Self::Plain(layout) => {
                let (at, stop) = super::pcap::walk_on(bytes, at, *layout, packets);
                (at, stop.need())
            }
            Self::Blocks(order, interfaces, len_max) => {
                let (at, stop) = blocks::walk_on(bytes, at, *order, *len_max, interfaces, packets);
                (at, stop.need())
            }
        }
    }

    /// Where the record of a packet begins.
    fn begin(&self, packet: &Packet) -> usize {
        let header = match self {
            Self::Plain(layout) => layout.header(),
            Self::Blocks(..) => blocks::ENHANCED_HEADER,
        };
        (packet.at as usize).saturating_sub(header)
    }

    /// Where the record behind the one at `at` begins, when that looks like one.
    #[inline]
    fn next(&self, bytes: &[u8], at: usize, near: Time) -> Option<usize> {
        let (time, len) = match self {
            Self::Plain(layout) => layout.record(bytes.get(at..)?)?,
            Self::Blocks(order, interfaces, len_max) => {
                blocks::record(bytes.get(at..)?, *order, *len_max, interfaces)?
            }
        };
        let close = (-APART_MAX..=APART_MAX).contains(&(time.since(near) / SECOND));
        close.then_some(at + len)
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, at)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, at)
}
