//! The block format of Wireshark: packets out of its blocks, batch by batch.

use super::blocks::{ENHANCED_HEADER, HEADER, Stop, TRAILER, UNKNOWN, kind, too_long, walk};
use super::buffer::Buffer;
use super::damage::Damage;
use super::fields::Order;
use super::section::{self, Section};
use super::stretch::{Mark, Records, Stretches};
use super::{About, Batch, Format, LINK_NONE, Packet, Source};
use crate::limits::Limits;
use crate::units::Time;
use std::fs::File;
use std::io;
use std::sync::Arc;

/// Reads one pcapng capture.
pub(super) struct Pcapng {
    input: Buffer,
    section: Section,
    packets: Vec<Packet>,
    /// Bytes gone through since the last call.
    used: usize,
    /// Packets given out so far.
    number: u64,
    /// Time of the last packet that had one, if any had.
    time: Option<Time>,
    len_max: usize,
    about: About,
    /// Lets threads read on by themselves.
    file: Option<Arc<File>>,
}

/// True when a capture that begins like this is a pcapng.
pub(super) fn begins(bytes: &[u8]) -> bool {
    let section = Order::Big.u32(bytes, 0) == Some(kind::SECTION);
    section && bytes.get(HEADER..).and_then(section::order).is_some()
}

impl Pcapng {
    /// Takes over an input that [`begins`] as a pcapng does.
    pub(super) fn new(input: Buffer, limits: &Limits, compression: Option<&'static str>) -> Self {
        let len_max = limits.record_bytes_max;
        Self {
            input,
            section: Section::new(len_max, limits.aggregates),
            packets: Vec::new(),
            used: 0,
            number: 0,
            time: None,
            len_max,
            about: About { compression, ..About::new(Format::Pcapng) },
            file: None,
        }
    }

    /// Describes packets up to the end of the buffer, or up to the first block that is not whole or wrong.
    fn walk(&mut self) -> Stop {
        loop {
            let walk = match self.section.order {
                Order::Big => walk::<true>,
                Order::Little => walk::<false>,
            };
            let (bytes, before) = (self.input.unread(), self.packets.len());
            let interfaces = &self.section.interfaces;
            let (used, stop) = walk(bytes, self.used, self.len_max, interfaces, &mut self.packets);
            self.used = used;
            self.date(before);
            let Stop::Other(kind, len) = stop else { return stop };
            if let Err(what) = self.block(kind, len) {
                return Stop::Wrong(what);
            }
            self.used += len;
        }
    }

    /// Takes a block that is not worth a place on the hot path.
    fn block(&mut self, kind: u32, len: usize) -> Result<(), String> {
        let body = self.used + HEADER..self.used + len - TRAILER;
        let body = self.input.unread().get(body).unwrap_or_default();
        match kind {
            kind::SECTION => self.section.begin(body)?,
            kind::INTERFACE => self.section.interface(body, &mut self.about)?,
            kind::NAMES => self.section.names(body, &mut self.about),
            kind::STATISTICS => self.section.statistics(body, &mut self.about),
            kind::SECRETS => self.section.secrets(body, &mut self.about),
            kind::PACKET => {
                let packet = self.old_packet(body)?;
                self.packets.push(packet);
                self.date(self.packets.len() - 1);
            }
            kind::SIMPLE => self.packets.push(self.simple_packet(body)?),
            kind if is_frame(kind) => self.packets.push(self.no_packet(body)),
            _ => {}
        }
        Ok(())
    }

    /// Notes the time of the last packet; those from `from` on have times of their own.
    ///
    /// Frames without a time before the first that has one take its time: 1970 would stretch the capture.
    fn date(&mut self, from: usize) {
        if self.packets.len() == from {
            return;
        }
        if self.time.is_none()
            && let Some((earlier, [dated, ..])) = self.packets.split_at_mut_checked(from)
        {
            earlier.iter_mut().for_each(|packet| packet.time = dated.time);
        }
        self.time = self.packets.last().map(|packet| packet.time);
    }

    /// A packet whose bytes begin at `at` of the current block.
    fn packet(&self, at: usize, captured: u32, wire: u32) -> Packet {
        let at = (self.used + at) as u32;
        let time = self.time.unwrap_or_default();
        Packet { at, captured, wire, link: LINK_NONE, interface: 0, time }
    }

    /// A Packet Block, obsolete: as the enhanced one, but the interface is half as long.
    fn old_packet(&self, body: &[u8]) -> Result<Packet, String> {
        let order = self.section.order;
        let fields = (order.u16(body, 0), order.halves(body, 4), order.halves(body, 12));
        let (Some(index), Some(ticks), Some(lengths)) = fields else {
            return Err("holds a packet but is too short".into());
        };
        let (captured, wire) = ((lengths >> 32) as u32, lengths as u32);
        let room = body.len() - (ENHANCED_HEADER - HEADER);
        if captured as usize > room {
            return Err(too_long(captured, room));
        }
        let interface = self.section.interfaces.get(usize::from(index)).unwrap_or(&UNKNOWN);
        Ok(Packet {
            link: interface.link,
            interface: index,
            time: interface.clock.time(ticks),
            ..self.packet(ENHANCED_HEADER, captured, wire)
        })
    }

    /// A Simple Packet Block: of the first interface, without a time.
    fn simple_packet(&self, body: &[u8]) -> Result<Packet, String> {
        let Some(wire) = self.section.order.u32(body, 0) else {
            return Err("holds a packet but is too short".into());
        };
        let interface = self.section.interfaces.first().unwrap_or(&UNKNOWN);
        let snap = if interface.snap == 0 { wire } else { interface.snap };
        let (captured, room) = (wire.min(snap), body.len() - 4);
        if captured as usize > room {
            return Err(too_long(captured, room));
        }
        Ok(Packet { link: interface.link, ..self.packet(HEADER + 4, captured, wire) })
    }

    /// A frame that is no packet.
    fn no_packet(&self, body: &[u8]) -> Packet {
        let len = body.len() as u32;
        self.packet(HEADER, len, len)
    }

    fn end(&mut self, damage: Damage) {
        self.about.truncated = Some(damage.text(&self.input));
    }

    /// The input has ended and nothing whole is left: tells what is.
    fn cut(&mut self) {
        let unread = self.input.unread();
        let kind = self.section.order.u32(unread, 0);
        if matches!(kind, Some(kind::ENHANCED | kind::SIMPLE | kind::PACKET)) {
            self.end(Damage::Cut { packet: self.number + 1 });
        } else if !unread.is_empty() || self.input.fault().is_some() {
            self.end(Damage::CutBlock { packets: self.number });
        }
    }
}

impl Source for Pcapng {
    fn next_batch(&mut self) -> io::Result<Option<Batch<'_>>> {
        self.number += self.packets.len() as u64;
        self.packets.clear();
        let mut need = HEADER;
        while self.about.truncated.is_none() {
            self.input.consume(std::mem::take(&mut self.used));
            self.input.fill(need)?;
            let stop = self.walk();
            if !self.packets.is_empty() {
                let (bytes, first) = (self.input.unread(), self.number + 1);
                return Ok(Some(Batch { bytes, packets: &self.packets, first }));
            }
            self.input.consume(std::mem::take(&mut self.used));
            match stop {
                Stop::Wrong(what) => self.end(Damage::Block { packets: self.number, what }),
                Stop::More(_) if self.input.ended() => {
                    self.cut();
                    return Ok(None);
                }
                Stop::More(more) => need = more,
                Stop::Other(..) => {}
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
        let (file, section) = (self.file.clone()?, &self.section);
        let interfaces = section.interfaces.as_slice().into();
        let mark = Mark {
            offset: self.input.offset() + self.used as u64,
            packets: self.number + self.packets.len() as u64,
            time: self.time?,
        };
        let records = Records::Blocks(section.order, interfaces, self.len_max);
        Some(Stretches { file, records, mark })
    }

    fn go_on(&mut self, mark: Mark) -> io::Result<()> {
        if let Some(file) = &self.file {
            self.input.jump(file, mark.offset)?;
        }
        (self.number, self.used, self.time) = (mark.packets, 0, Some(mark.time));
        self.packets.clear();
        Ok(())
    }
}

/// True for blocks without packets that Wireshark counts as frames: the numbers must stay its own.
fn is_frame(kind: u32) -> bool {
    matches!(kind, kind::JOURNAL | kind::CUSTOM | kind::CUSTOM_NO_COPY)
        || kind::SYSDIG.contains(&kind)
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Owned, capture, collect};
    use super::super::write::Blocks;
    use super::*;
    use crate::units::SECOND;

    const ORDERS: [Order; 2] = [Order::Big, Order::Little];

    fn read(bytes: Vec<u8>) -> (Vec<Owned>, About) {
        let mut source = capture(bytes, &Limits::default()).unwrap();
        let all = collect(&mut *source).unwrap();
        (all, source.about().clone())
    }

    fn numbered(all: &[Owned]) -> Vec<(u64, &[u8])> {
        all.iter().map(|one| (one.number, &one.bytes[..])).collect()
    }

    #[test]
    fn interfaces_have_their_own_links_and_clocks() {
        for order in ORDERS {
            let mut blocks = Blocks::new(order);
            blocks.interface(1, 0, &[]);
            blocks.interface(101, 0, &[(9, &[9]), (14, &number(order, 10))]);
            blocks.interface(113, 0, &[(9, &[0x80 | 1])]);
            blocks.packet(0, 1_500_000, 100, b"micro");
            blocks.packet(1, 7, 4, b"nano");
            blocks.packet(2, 3, 4, b"half");
            let (all, about) = read(blocks.bytes());
            let seen: Vec<_> = all
                .iter()
                .map(|one| (one.packet.link, one.packet.interface, one.packet.time.0))
                .collect();
            let half = SECOND / 2;
            assert_eq!(seen, [(1, 0, 3 * half), (101, 1, 10 * SECOND + 7), (113, 2, 3 * half)]);
            assert_eq!(all[0].packet.wire, 100);
            assert_eq!((about.link_types, about.truncated), (vec![1, 101, 113], None));
        }
    }

    fn number(order: Order, number: u64) -> [u8; 8] {
        match order {
            Order::Big => number.to_be_bytes(),
            Order::Little => number.to_le_bytes(),
        }
    }

    #[test]
    fn sections_of_both_orders_follow_each_other() {
        let mut blocks = Blocks::new(Order::Little);
        blocks.interface(1, 0, &[]);
        blocks.packet(0, 1, 1, b"little");
        blocks.section(Order::Big);
        blocks.interface(101, 0, &[]);
        blocks.packet(0, 2, 1, b"big");
        blocks.section(Order::Little);
        blocks.packet(0, 3, 1, b"nowhere");
        let (all, about) = read(blocks.bytes());
        assert_eq!(numbered(&all), [(1, &b"little"[..]), (2, b"big"), (3, b"nowhere")]);
        assert_eq!(about.link_types, [1, 101]);
        // The interfaces of a section end with it.
        assert_eq!(all[2].packet.link, LINK_NONE);
        assert_eq!(about.truncated, None);
    }

    #[test]
    fn simple_and_old_packet_blocks() {
        for order in ORDERS {
            let mut blocks = Blocks::new(order);
            blocks.interface(1, 4, &[]);
            blocks.interface(113, 0, &[]);
            blocks.old(1, 5, 99, b"old");
            blocks.simple(1000, b"snap");
            blocks.simple(3, b"all");
            let (all, about) = read(blocks.bytes());
            assert_eq!(numbered(&all), [(1, &b"old"[..]), (2, b"snap"), (3, b"all")]);
            assert_eq!(all.iter().map(|one| one.packet.link).collect::<Vec<_>>(), [113, 1, 1]);
            assert_eq!(all.iter().map(|one| one.packet.wire).collect::<Vec<_>>(), [99, 1000, 3]);
            assert!(all.iter().all(|one| one.packet.time == Time(5000)));
            assert_eq!(about.truncated, None);
        }
    }

    #[test]
    fn blocks_that_wireshark_numbers_are_numbered_and_the_others_passed_over() {
        let mut blocks = Blocks::new(Order::Little);
        blocks.interface(1, 0, &[]);
        blocks.packet(0, 1, 1, b"one");
        blocks.other(0xbad, b"customs!");
        blocks.other(0x4000_0bad, b"");
        blocks.other(9, b"journal.");
        blocks.other(0x204, b"sysdig..");
        blocks.other(0x8000_0001, b"unknown.");
        blocks.other(7, b"unknown.");
        blocks.packet(0, 2, 1, b"six");
        let (all, about) = read(blocks.bytes());
        assert_eq!(all.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
        assert_eq!(all[5].bytes, b"six");
        assert!(all[1..5].iter().all(|one| one.packet.link == LINK_NONE));
        assert_eq!(about.link_types, [1]);
    }

    #[test]
    fn frames_before_the_first_time_take_it() {
        let mut blocks = Blocks::new(Order::Little);
        blocks.interface(1, 0, &[(9, &[9])]);
        blocks.other(0xbad, b"custom..");
        blocks.simple(4, b"none");
        blocks.packet(0, 7, 4, b"late");
        blocks.packet(0, 5, 4, b"back");
        blocks.simple(4, b"none");
        let (all, _) = read(blocks.bytes());
        assert_eq!(all.iter().map(|one| one.packet.time.0).collect::<Vec<_>>(), [7, 7, 7, 5, 5]);
    }

    #[test]
    fn a_length_without_its_padding_is_taken_as_wireshark_takes_it() {
        let mut blocks = Blocks::new(Order::Little);
        blocks.interface(1, 0, &[]);
        let head = blocks.bytes();
        let mut body = [0u32, 0, 0, 5, 5].map(u32::to_le_bytes).concat();
        body.extend(b"seven\0\0\0");
        let len = (12u32 + 20 + 5).to_le_bytes();
        let block = [&6u32.to_le_bytes()[..], &len, &body, &len].concat();
        let (all, about) = read([head, block.clone(), block].concat());
        assert_eq!(numbered(&all), [(1, &b"seven"[..]), (2, b"seven")]);
        assert_eq!(about.truncated, None);
    }

    #[test]
    fn damage_ends_the_capture_and_says_where() {
        let mut blocks = Blocks::new(Order::Little);
        blocks.interface(1, 0, &[]);
        blocks.packet(0, 1, 1, b"one!");
        blocks.packet(0, 1, 1, b"two!");
        let bytes = blocks.bytes();
        let after = |change: &dyn Fn(&mut Vec<u8>)| {
            let mut bytes = bytes.clone();
            change(&mut bytes);
            let (all, about) = read(bytes);
            (all.len(), about.truncated.unwrap_or_default())
        };
        let second = 28 + 20 + 36;
        assert_eq!(
            after(&|b| b[second + 7] = 0x7f),
            (1, "the block at byte 84, after packet 1, claims 2130706468 bytes, more than the 67108864 allowed".into())
        );
        assert_eq!(
            after(&|b| b[second + 32] = 99),
            (
                1,
                "the block at byte 84, after packet 1, claims 36 bytes at its start, 99 at its end"
                    .into()
            )
        );
        assert_eq!(
            after(&|b| b[second + 20] = 5),
            (1, "the block at byte 84, after packet 1, claims 5 bytes of a packet but has room for 4".into())
        );
        assert_eq!(
            after(&|b| b.truncate(second + 9)),
            (1, "cut in the middle of packet 2 at byte 93".into())
        );
        assert_eq!(
            after(&|b| b.truncate(30)),
            (0, "cut in the middle of a block after packet 0 at byte 30".into())
        );
        assert_eq!(
            after(&|b| b[12] = 2),
            (
                0,
                "the block at byte 0, after packet 0, begins a section of the unknown version 2.0"
                    .into()
            )
        );
    }
}
