//! The classic capture format of libpcap, in all its variants.

use super::buffer::Buffer;
use super::damage::Damage;
use super::fields::Order;
use super::stretch::{Mark, Records, Stretches};
use super::{About, Batch, Format, Packet, Source};
use crate::limits::Limits;
use crate::units::{SECOND, Time};
use std::fs::File;
use std::io;
use std::sync::Arc;

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
    /// Lets threads read on by themselves.
    file: Option<Arc<File>>,
}

/// How the records of this capture are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Layout {
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
pub(super) enum Stop {
    /// The next record is not whole: this many bytes are needed.
    More(usize),
    /// The next record claims a length above the bound.
    Absurd { len: u32, max: usize },
}

impl Stop {
    /// How long the next record is, where it is only not whole.
    pub(super) fn need(&self) -> Option<usize> {
        match self {
            Self::More(need) => Some(*need),
            Self::Absurd { .. } => None,
        }
    }
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

    /// Length of a record's header.
    pub(super) fn header(&self) -> usize {
        HEADER + self.extra
    }

    /// Time and length of the record that begins `rest`, when it looks like one; its packet need not be there.
    #[inline]
    pub(super) fn record(&self, rest: &[u8]) -> Option<(Time, usize)> {
        let word = |at| self.order.u32(rest, at);
        let (seconds, fraction) = (i64::from(word(0)?), i64::from(word(4)?) * self.unit);
        let (captured, wire) = (word(8)?, word(12)?);
        let (captured, wire) = if self.swapped { (wire, captured) } else { (captured, wire) };
        let fits = captured as usize <= self.len_max && captured <= wire && fraction < SECOND;
        fits.then(|| (Time(seconds * SECOND + fraction), self.header() + captured as usize))
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
        Self { input, layout, packets: Vec::new(), used: 0, number: 0, about, file: None }
    }

    fn walk(&mut self) -> (usize, Stop) {
        let Some(layout) = self.layout else { return (0, Stop::More(FILE_HEADER)) };
        walk_on(self.input.unread(), 0, layout, &mut self.packets)
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

    fn position(&self) -> u64 {
        self.input.position().bytes()
    }

    fn lend(&mut self, file: File) {
        self.file = (!self.input.is_unpacked()).then(|| Arc::new(file));
    }

    fn stretches(&self) -> Option<Stretches> {
        let (file, layout) = (self.file.clone()?, self.layout?);
        let mark = Mark {
            offset: self.input.offset() + self.used as u64,
            packets: self.number + self.packets.len() as u64,
            time: self.packets.last()?.time,
        };
        Some(Stretches { file, records: Records::Plain(layout), mark })
    }

    fn go_on(&mut self, mark: Mark) -> io::Result<()> {
        if let Some(file) = &self.file {
            self.input.jump(file, mark.offset)?;
        }
        (self.number, self.used) = (mark.packets, 0);
        self.packets.clear();
        Ok(())
    }
}

/// Describes the whole records from `at` on; gives back where and why it ended.
pub(super) fn walk_on(
    bytes: &[u8],
    at: usize,
    layout: Layout,
    packets: &mut Vec<Packet>,
) -> (usize, Stop) {
    match layout.order {
        Order::Big => walk::<true>(bytes, at, layout, packets),
        Order::Little => walk::<false>(bytes, at, layout, packets),
    }
}

fn walk<const BIG: bool>(
    bytes: &[u8],
    mut at: usize,
    layout: Layout,
    packets: &mut Vec<Packet>,
) -> (usize, Stop) {
    let word = |quad: [u8; 4]| {
        if BIG { u32::from_be_bytes(quad) } else { u32::from_le_bytes(quad) }
    };
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

#[cfg(test)]
mod tests {
    use super::super::memory::{Owned, capture, collect};
    use super::super::write::{Record, Variant, pcap};
    use super::*;

    const VARIANTS: [Variant; 3] = [Variant::Micro, Variant::Nano, Variant::Modified];

    fn three() -> [Record<'static>; 3] {
        let second = Record { time: Time(SECOND + 123_456_789), wire: 1500, bytes: b"second" };
        let late = Time(i64::from(u32::MAX) * SECOND);
        [Record::new(Time(0), b"first"), second, Record::new(late, b"")]
    }

    fn read(bytes: Vec<u8>) -> (Vec<Owned>, About) {
        let mut source = capture(bytes, &Limits::default()).unwrap();
        let all = collect(&mut *source).unwrap();
        (all, source.about().clone())
    }

    #[test]
    fn all_variants_give_the_same_packets() {
        for (order, variant) in
            [Order::Big, Order::Little].into_iter().flat_map(|o| VARIANTS.map(|v| (o, v)))
        {
            let (all, about) = read(pcap(order, variant, 113, &three()));
            let seen: Vec<_> =
                all.iter().map(|one| (one.number, one.packet.wire, &one.bytes[..])).collect();
            assert_eq!(seen, [(1, 5, &b"first"[..]), (2, 1500, b"second"), (3, 0, b"")]);
            let fraction = if variant == Variant::Nano { 123_456_789 } else { 123_456_000 };
            assert_eq!(all[1].packet.time, Time(SECOND + fraction));
            assert_eq!(all[2].packet.time, Time(4_294_967_295 * SECOND));
            assert!(all.iter().all(|one| one.packet.link == 113));
            assert_eq!((about.link_types, about.truncated), (vec![113], None));
        }
    }

    #[test]
    fn the_length_of_the_fcs_is_no_part_of_the_link_type() {
        let mut bytes = pcap(Order::Little, Variant::Micro, 1, &three());
        bytes[23] = 0x24;
        assert_eq!(read(bytes).1.link_types, [1]);
    }

    #[test]
    fn old_files_have_the_lengths_in_the_other_order() {
        let record = Record { time: Time(0), wire: 60, bytes: b"cut" };
        let mut bytes = pcap(Order::Little, Variant::Micro, 1, &[record]);
        bytes[6] = 2;
        let (captured, wire) = (bytes[32..36].to_vec(), bytes[36..40].to_vec());
        bytes[32..40].copy_from_slice(&[wire, captured].concat());
        let (all, _) = read(bytes);
        assert_eq!((all[0].packet.wire, &all[0].bytes[..]), (60, &b"cut"[..]));
    }

    #[test]
    fn a_cut_names_packet_and_byte() {
        let bytes = pcap(Order::Little, Variant::Micro, 1, &three());
        let (all, about) = read(bytes[..60].to_vec());
        assert_eq!(all.len(), 1);
        assert_eq!(about.truncated.unwrap(), "cut in the middle of packet 2 at byte 60");
        let (all, about) = read(bytes[..20].to_vec());
        assert!(all.is_empty());
        assert_eq!(about.truncated.unwrap(), "cut in the middle of the file header at byte 20");
    }

    #[test]
    fn an_absurd_length_names_its_byte_and_value() {
        let mut bytes = pcap(Order::Big, Variant::Nano, 1, &three());
        bytes[45 + 8] = 0x7f;
        let (all, about) = read(bytes);
        assert_eq!(all.len(), 1);
        assert_eq!(
            about.truncated.unwrap(),
            "the record of packet 2 at byte 45 claims 2130706438 bytes, more than the 262144 allowed"
        );
    }

    #[test]
    fn a_packet_larger_than_the_buffer_comes_whole() {
        let jumbo: Vec<u8> = (0..5_000_000u32).map(|n| (n >> 8) as u8).collect();
        let records = [three()[0], Record::new(Time(1), &jumbo), three()[1]];
        let mut bytes = pcap(Order::Little, Variant::Micro, 1, &records);
        bytes[16..20].copy_from_slice(&u32::MAX.to_le_bytes());
        let (all, about) = read(bytes);
        assert_eq!(about.truncated, None);
        assert_eq!(all[1].bytes, jumbo);
        assert_eq!((all[2].number, &all[2].bytes[..]), (3, &b"second"[..]));
    }

    #[test]
    fn batches_follow_on() {
        let bytes = [7; 1000];
        let records: Vec<_> = (0..5000).map(|n| Record::new(Time(n * 1000), &bytes)).collect();
        let bytes = pcap(Order::Little, Variant::Micro, 1, &records);
        let mut source = capture(bytes, &Limits::default()).unwrap();
        let (mut count, mut batches) = (0, 0);
        while let Some(batch) = source.next_batch().unwrap() {
            assert_eq!(batch.first, count + 1);
            assert_eq!(batch.packets[0].time, Time(count as i64 * 1000));
            count += batch.packets.len() as u64;
            batches += 1;
        }
        assert_eq!(count, 5000);
        assert!((5..=100).contains(&batches), "{batches} batches");
    }
}
