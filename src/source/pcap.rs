//! The classic capture format of libpcap, in all its variants.

use super::buffer::Buffer;
use super::damage::Damage;
use super::fields::Order;
use super::{About, Batch, Format, Packet, Source};
use crate::limits::Limits;
use crate::units::{SECOND, Time};
use std::io;

/// Length of the header of the file.
const FILE_HEADER: usize = 24;

/// Length of a record's header without what a variant adds.
const HEADER: usize = 16;

/// The longest packet where the snap length allows no more: libpcap and Wireshark refuse what is longer.
const PACKET_MAX: usize = 262_144;

/// Reads one pcap capture.
pub(super) struct Pcap {
    input: Buffer,
    /// Absent when the header of the file is not whole.
    layout: Option<Layout>,
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
    order: Order,
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
    /// The next record claims a length above the bound.
    Absurd { len: u32, max: usize },
}

/// A variant that the magic number names: byte order, unit and record header.
fn variant(magic: [u8; 4]) -> Option<(Order, i64, usize)> {
    Some(match magic {
        [0xd4, 0xc3, 0xb2, 0xa1] => (Order::Little, 1000, 0),
        [0xa1, 0xb2, 0xc3, 0xd4] => (Order::Big, 1000, 0),
        [0x4d, 0x3c, 0xb2, 0xa1] => (Order::Little, 1, 0),
        [0xa1, 0xb2, 0x3c, 0x4d] => (Order::Big, 1, 0),
        // Kuznetzov's: interface index, protocol and packet type follow the lengths.
        [0x34, 0xcd, 0xb2, 0xa1] => (Order::Little, 1000, 8),
        [0xa1, 0xb2, 0xcd, 0x34] => (Order::Big, 1000, 8),
        _ => return None,
    })
}

/// True when a capture that begins like this is a pcap.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.first_chunk().is_some_and(|magic| variant(*magic).is_some())
}

impl Layout {
    /// Reads the header of the file; `None` when it is not whole.
    fn new(header: &[u8], len_max: usize) -> Option<Self> {
        let (order, unit, extra) = variant(*header.first_chunk()?)?;
        let version = (order.u16(header, 4)?, order.u16(header, 6)?);
        let snap = order.u32(header, 16)? as usize;
        Some(Self {
            order,
            unit,
            extra,
            // In old files the original length came first.
            swapped: matches!(version, (543, 0) | (2, 0..=2)),
            // The upper half of the field carries the length of the FCS, which stays.
            link: order.u32(header, 20)? as u16,
            len_max: len_max.min(snap.max(PACKET_MAX)),
        })
    }
}

impl Pcap {
    /// Takes over an input that [`begins`] as a pcap does.
    pub(super) fn new(
        mut input: Buffer,
        limits: &Limits,
        compression: Option<&'static str>,
    ) -> Self {
        let mut about = About { compression, ..About::new(Format::Pcap) };
        let layout = Layout::new(input.unread(), limits.record_bytes_max);
        match &layout {
            Some(layout) => about.link_types.push(layout.link),
            None => about.truncated = Some(Damage::FileHeader.text(&input)),
        }
        input.consume(FILE_HEADER);
        Self { input, layout, packets: Vec::new(), used: 0, number: 0, about }
    }

    fn walk(&mut self) -> (usize, Stop) {
        let bytes = self.input.unread();
        let Some(layout) = self.layout else { return (0, Stop::More(FILE_HEADER)) };
        match layout.order {
            Order::Big => walk::<true>(bytes, layout, &mut self.packets),
            Order::Little => walk::<false>(bytes, layout, &mut self.packets),
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
                Stop::Absurd { len, max } => {
                    self.end(Some(Damage::Absurd { packet: self.number + 1, len, max }));
                }
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
            return (at, Stop::Absurd { len: captured, max: layout.len_max });
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
