//! Writes captures into memory: for tests and benches, and for a handful of chosen packets.

pub use super::fields::Order;
use crate::units::{SECOND, Time};

/// One packet to write.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    /// Time stamp, from 1970 on. A pcap knows whole seconds up to 2106.
    pub time: Time,
    /// Bytes on the wire.
    pub wire: u32,
    /// Bytes captured.
    pub bytes: &'a [u8],
}

impl<'a> Record<'a> {
    /// A packet that was captured whole.
    pub fn new(time: Time, bytes: &'a [u8]) -> Self {
        Self { time, wire: bytes.len() as u32, bytes }
    }
}

/// A variant of the classic format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Variant {
    /// Microseconds.
    Micro,
    /// Nanoseconds.
    Nano,
    /// Microseconds, and Kuznetzov's longer record headers.
    Modified,
}

impl Variant {
    fn magic(self) -> u32 {
        match self {
            Self::Micro => 0xa1b2_c3d4,
            Self::Nano => 0xa1b2_3c4d,
            Self::Modified => 0xa1b2_cd34,
        }
    }
}

/// Numbers in a byte order, one behind the other.
struct Out {
    order: Order,
    bytes: Vec<u8>,
}

impl Out {
    fn u16(&mut self, number: u16) {
        self.bytes.extend(match self.order {
            Order::Big => number.to_be_bytes(),
            Order::Little => number.to_le_bytes(),
        });
    }

    fn u32(&mut self, number: u32) {
        self.bytes.extend(match self.order {
            Order::Big => number.to_be_bytes(),
            Order::Little => number.to_le_bytes(),
        });
    }

    fn words<const N: usize>(&mut self, numbers: [u32; N]) {
        numbers.into_iter().for_each(|number| self.u32(number));
    }

    fn padded(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
    }
}

/// A pcap with these packets.
pub fn pcap(order: Order, variant: Variant, link: u16, records: &[Record<'_>]) -> Vec<u8> {
    let mut out = Out { order, bytes: Vec::new() };
    out.u32(variant.magic());
    out.u16(2);
    out.u16(4);
    out.words([0, 0, 262_144, link.into()]);
    for record in records {
        let unit = if variant == Variant::Nano { 1 } else { 1000 };
        let fraction = record.time.0.rem_euclid(SECOND) / unit;
        let (seconds, captured) = (record.time.seconds() as u32, record.bytes.len() as u32);
        out.words([seconds, fraction as u32, captured, record.wire]);
        if variant == Variant::Modified {
            out.words([0, 0]);
        }
        out.bytes.extend_from_slice(record.bytes);
    }
    out.bytes
}

/// A pcapng, block by block.
pub struct Blocks {
    out: Out,
}

impl Blocks {
    /// Begins with a section header.
    pub fn new(order: Order) -> Self {
        let mut blocks = Self { out: Out { order, bytes: Vec::new() } };
        blocks.section(order);
        blocks
    }

    /// A Section Header Block: what follows is in this byte order.
    pub fn section(&mut self, order: Order) {
        self.out.order = order;
        self.block(0x0a0d_0d0a, |out| {
            out.u32(0x1a2b_3c4d);
            out.u16(1);
            out.u16(0);
            out.words([u32::MAX, u32::MAX]);
        });
    }

    /// An Interface Description Block; each option has a code and a value, which is copied as it is.
    pub fn interface(&mut self, link: u16, snap: u32, options: &[(u16, &[u8])]) {
        self.block(1, |out| {
            out.u16(link);
            out.u16(0);
            out.u32(snap);
            write_options(out, options);
        });
    }

    /// An Enhanced Packet Block; `ticks` in the interface's resolution.
    pub fn packet(&mut self, interface: u32, ticks: u64, wire: u32, bytes: &[u8]) {
        self.block(6, |out| {
            let (high, low) = ((ticks >> 32) as u32, ticks as u32);
            out.words([interface, high, low, bytes.len() as u32, wire]);
            out.padded(bytes);
        });
    }

    /// A Simple Packet Block.
    pub fn simple(&mut self, wire: u32, bytes: &[u8]) {
        self.block(3, |out| {
            out.u32(wire);
            out.padded(bytes);
        });
    }

    /// A Packet Block, which is obsolete.
    pub fn old(&mut self, interface: u16, ticks: u64, wire: u32, bytes: &[u8]) {
        self.block(2, |out| {
            out.u16(interface);
            out.u16(u16::MAX);
            let (high, low) = ((ticks >> 32) as u32, ticks as u32);
            out.words([high, low, bytes.len() as u32, wire]);
            out.padded(bytes);
        });
    }

    /// An Interface Statistics Block.
    pub fn statistics(&mut self, interface: u32, options: &[(u16, &[u8])]) {
        self.block(5, |out| {
            out.words([interface, 0, 0]);
            write_options(out, options);
        });
    }

    /// Any other block; its body is padded.
    pub fn other(&mut self, kind: u32, body: &[u8]) {
        self.block(kind, |out| out.padded(body));
    }

    /// The capture so far.
    pub fn bytes(self) -> Vec<u8> {
        self.out.bytes
    }

    fn block(&mut self, kind: u32, body: impl FnOnce(&mut Out)) {
        let mut inner = Out { order: self.out.order, bytes: Vec::new() };
        body(&mut inner);
        let len = inner.bytes.len() as u32 + 12;
        self.out.words([kind, len]);
        self.out.bytes.append(&mut inner.bytes);
        self.out.u32(len);
    }
}

fn write_options(out: &mut Out, options: &[(u16, &[u8])]) {
    for (code, value) in options {
        out.u16(*code);
        out.u16(value.len() as u16);
        out.padded(value);
    }
    if !options.is_empty() {
        out.u32(0);
    }
}

/// A pcapng with these packets: one section, one interface, nanoseconds.
pub fn pcapng(order: Order, link: u16, records: &[Record<'_>]) -> Vec<u8> {
    let mut blocks = Blocks::new(order);
    blocks.interface(link, 0, &[(9, &[9])]);
    for record in records {
        blocks.packet(0, record.time.0.unsigned_abs(), record.wire, record.bytes);
    }
    blocks.bytes()
}
