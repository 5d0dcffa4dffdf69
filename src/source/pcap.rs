//! The classic capture format of libpcap, in all its variants.

use super::buffer::Buffer;
use super::damage::Damage;
use super::{About, Batch, Format, Packet, Source};
use crate::limits::Limits;
use crate::units::{SECOND, Time};
use std::io;

/// Length of the header of the file.
const FILE_HEADER: usize = 24;

/// Length of a record's header without what a variant adds.
const HEADER: usize = 16;

/// Reads one pcap capture.
pub(super) struct Pcap {
    input: Buffer,
    layout: Layout,
    packets: Vec<Packet>,
    /// Bytes of the batch that was given out last.
    used: usize,
    /// Packets given out so far.
    number: u64,
    about: About,
}

/// How the records of this capture are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    big: bool,
    /// Nanoseconds in a unit of the second time field.
    unit: i64,
    /// Bytes that the variant adds to the record header.
    extra: usize,
    /// The two lengths stand in the other order.
    swapped: bool,
    link: u16,
    len_max: usize,
}

/// Why a walk over records ended.
enum Stop {
    /// The next record is not whole: this many bytes are needed.
    More(usize),
    /// The next record claims this length.
    Absurd(u32),
}

/// A variant that the magic number names: byte order, unit and record header.
fn variant(magic: [u8; 4]) -> Option<(bool, i64, usize)> {
    Some(match magic {
        [0xd4, 0xc3, 0xb2, 0xa1] => (false, 1000, 0),
        [0xa1, 0xb2, 0xc3, 0xd4] => (true, 1000, 0),
        [0x4d, 0x3c, 0xb2, 0xa1] => (false, 1, 0),
        [0xa1, 0xb2, 0x3c, 0x4d] => (true, 1, 0),
        // Kuznetzov's: interface index, protocol and packet type follow the lengths.
        [0x34, 0xcd, 0xb2, 0xa1] => (false, 1000, 8),
        [0xa1, 0xb2, 0xcd, 0x34] => (true, 1000, 8),
        _ => return None,
    })
}

/// True when a capture that begins like this is a pcap.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|magic| variant(*magic).is_some())
}

fn u16_at(big: bool, bytes: &[u8; FILE_HEADER], at: usize) -> u16 {
    let pair = [bytes[at], bytes[at + 1]];
    if big { u16::from_be_bytes(pair) } else { u16::from_le_bytes(pair) }
}

impl Layout {
    fn new(header: &[u8; FILE_HEADER], len_max: usize) -> Option<Self> {
        let (big, unit, extra) = variant([header[0], header[1], header[2], header[3]])?;
        let version = (u16_at(big, header, 4), u16_at(big, header, 6));
        // The upper half of the link type field carries the length of the FCS, which stays.
        let link = u16_at(big, header, if big { 22 } else { 20 });
        // Before version 2.3, and in one vendor's 543.0, the original length came first.
        let swapped = matches!(version, (543, 0) | (2, 0..=2));
        Some(Self { big, unit, extra, swapped, link, len_max })
    }
}

impl Pcap {
    /// Takes over an input that [`begins`] as a pcap does.
    pub(super) fn new(
        mut input: Buffer,
        limits: &Limits,
        compression: Option<&'static str>,
    ) -> Self {
        let len_max = limits.record_bytes_max;
        let mut about = About { compression, ..About::new(Format::Pcap) };
        let layout = input.unread().first_chunk().and_then(|header| Layout::new(header, len_max));
        if let Some(layout) = layout {
            input.consume(FILE_HEADER);
            about.link_types.push(layout.link);
        } else {
            about.truncated = Some(Damage::FileHeader.text(&input));
        }
        let layout = layout.unwrap_or(Layout {
            big: false,
            unit: 1,
            extra: 0,
            swapped: false,
            link: 0,
            len_max,
        });
        Self { input, layout, packets: Vec::new(), used: 0, number: 0, about }
    }

    fn walk(&mut self) -> (usize, Stop) {
        let bytes = self.input.unread();
        if self.layout.big {
            walk::<true>(bytes, self.layout, &mut self.packets)
        } else {
            walk::<false>(bytes, self.layout, &mut self.packets)
        }
    }

    fn end(&mut self, damage: Option<Damage>) {
        self.about.truncated = damage.map(|damage| damage.text(&self.input));
    }

    /// The damage at the end of the input, when a record is not whole there.
    fn cut(&self) -> Option<Damage> {
        let clean = self.input.unread().is_empty() && self.input.fault().is_none();
        (!clean).then_some(Damage::Cut { packet: self.number + 1 })
    }
}

impl Source for Pcap {
    fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        self.number += self.packets.len() as u64;
        self.packets.clear();
        self.input.consume(self.used);
        self.used = 0;
        let mut need = HEADER;
        while self.about.truncated.is_none() {
            self.input.fill(need)?;
            let (used, stop) = self.walk();
            if !self.packets.is_empty() {
                self.used = used;
                let (bytes, first) = (self.input.unread(), self.number + 1);
                return Ok(Some(Batch { bytes, packets: &self.packets, first }));
            }
            match stop {
                Stop::Absurd(len) => self.end(Some(Damage::Absurd {
                    packet: self.number + 1,
                    len,
                    max: self.layout.len_max,
                })),
                Stop::More(_) if self.input.ended() => {
                    self.end(self.cut());
                    return Ok(None);
                }
                Stop::More(more) => need = more,
            }
        }
        Ok(None)
    }

    fn about(&self) -> &About {
        &self.about
    }
}

/// Describes the whole records at the start of `bytes`; gives back their length and why it ended.
fn walk<const BIG: bool>(bytes: &[u8], layout: Layout, packets: &mut Vec<Packet>) -> (usize, Stop) {
    let word = |quad: [u8; 4]| {
        if BIG { u32::from_be_bytes(quad) } else { u32::from_le_bytes(quad) }
    };
    let mut at = 0;
    loop {
        let header = bytes.get(at..).and_then(|rest| rest.first_chunk::<HEADER>());
        let Some(&[s0, s1, s2, s3, f0, f1, f2, f3, c0, c1, c2, c3, w0, w1, w2, w3]) = header else {
            return (at, Stop::More(HEADER));
        };
        let (mut captured, mut wire) = (word([c0, c1, c2, c3]), word([w0, w1, w2, w3]));
        if layout.swapped {
            std::mem::swap(&mut captured, &mut wire);
        }
        let len = captured as usize;
        if len > layout.len_max {
            return (at, Stop::Absurd(captured));
        }
        let start = at + HEADER + layout.extra;
        if start + len > bytes.len() {
            return (at, Stop::More(start + len - at));
        }
        let seconds = i64::from(word([s0, s1, s2, s3])) * SECOND;
        let fraction = i64::from(word([f0, f1, f2, f3])) * layout.unit;
        packets.push(Packet {
            at: start as u32,
            captured,
            wire,
            link: layout.link,
            interface: 0,
            time: Time(seconds + fraction),
        });
        at = start + len;
    }
}
