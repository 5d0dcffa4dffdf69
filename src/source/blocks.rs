//! The blocks of a pcapng: where each ends, and the packets of those that nearly all packets lie in.

use super::clock::Clock;
use super::fields::Order;
use super::section::{self, Interface};
use super::{LINK_NONE, Packet};
use crate::units::Time;

/// Block types (draft-ietf-opsawg-pcapng section 10.1), and the numbers that sysdig took.
pub(super) mod kind {
    pub(in crate::source) const SECTION: u32 = 0x0A0D_0D0A;
    pub(in crate::source) const INTERFACE: u32 = 1;
    pub(in crate::source) const PACKET: u32 = 2;
    pub(in crate::source) const SIMPLE: u32 = 3;
    pub(in crate::source) const NAMES: u32 = 4;
    pub(in crate::source) const STATISTICS: u32 = 5;
    pub(in crate::source) const ENHANCED: u32 = 6;
    pub(in crate::source) const JOURNAL: u32 = 9;
    pub(in crate::source) const SECRETS: u32 = 10;
    pub(in crate::source) const SYSDIG: [u32; 3] = [0x204, 0x216, 0x221];
    pub(in crate::source) const CUSTOM: u32 = 0xBAD;
    pub(in crate::source) const CUSTOM_NO_COPY: u32 = 0x4000_0BAD;
}

/// Type and total length at the start of a block.
pub(super) const HEADER: usize = 8;

/// The total length again, at its end.
pub(super) const TRAILER: usize = 4;

/// An enhanced packet block up to the first byte of the packet; an old packet block is as long.
pub(super) const ENHANCED_HEADER: usize = 28;

/// An enhanced packet block without packet bytes or options.
const ENHANCED_MIN: usize = ENHANCED_HEADER + TRAILER;

/// Why a walk over blocks ended.
pub(super) enum Stop {
    /// The next block is not whole: this many bytes are needed.
    More(usize),
    /// The next block is whole, and no enhanced packet block: type and length.
    Other(u32, usize),
    /// The next block is wrong.
    Wrong(String),
}

/// Stands for an interface that no block describes: its packets are counted, and not decoded.
pub(super) const UNKNOWN: Interface =
    Interface { link: LINK_NONE, snap: 0, clock: Clock::MICROSECONDS, drops: [0; 2] };

pub(super) fn too_long(captured: u32, room: usize) -> String {
    format!("claims {captured} bytes of a packet but has room for {room}")
}

impl Stop {
    /// How long the next block is, where it is only not whole.
    pub(super) fn need(&self) -> Option<usize> {
        match self {
            Self::More(need) => Some(*need),
            Self::Other(..) | Self::Wrong(_) => None,
        }
    }
}

/// As [`walk`], in a byte order that is known later.
pub(super) fn walk_on(
    bytes: &[u8],
    at: usize,
    order: Order,
    len_max: usize,
    interfaces: &[Interface],
    packets: &mut Vec<Packet>,
) -> (usize, Stop) {
    match order {
        Order::Big => walk::<true>(bytes, at, len_max, interfaces, packets),
        Order::Little => walk::<false>(bytes, at, len_max, interfaces, packets),
    }
}

/// Time and length of the enhanced packet block that begins `rest`, of an interface that is known.
pub(super) fn record(
    rest: &[u8],
    order: Order,
    len_max: usize,
    interfaces: &[Interface],
) -> Option<(Time, usize)> {
    let block = match order {
        Order::Big => enhanced::<true>(rest, 0, len_max, interfaces),
        Order::Little => enhanced::<false>(rest, 0, len_max, interfaces),
    };
    let known = |(packet, _): &(Packet, usize)| packet.link != LINK_NONE;
    block.filter(known).map(|(packet, len)| (packet.time, len))
}

fn word<const BIG: bool>(quad: [u8; 4]) -> u32 {
    if BIG { u32::from_be_bytes(quad) } else { u32::from_le_bytes(quad) }
}

/// Describes the enhanced packet blocks from `at` on; gives back where and why it ended.
pub(super) fn walk<const BIG: bool>(
    bytes: &[u8],
    mut at: usize,
    len_max: usize,
    interfaces: &[Interface],
    packets: &mut Vec<Packet>,
) -> (usize, Stop) {
    loop {
        let rest = bytes.get(at..).unwrap_or_default();
        match enhanced::<BIG>(rest, at, len_max, interfaces) {
            Some((packet, len)) => {
                packets.push(packet);
                at += len;
            }
            None => {
                let order = if BIG { Order::Big } else { Order::Little };
                return (at, stop(rest, order, len_max));
            }
        }
    }
}

/// The packet of the enhanced packet block that begins `rest`, and the block's length.
#[inline(always)]
fn enhanced<const BIG: bool>(
    rest: &[u8],
    at: usize,
    len_max: usize,
    interfaces: &[Interface],
) -> Option<(Packet, usize)> {
    let (words, _) = rest.first_chunk::<ENHANCED_MIN>()?.as_chunks::<4>();
    let &[kind, total, index, high, low, captured, wire, _] = words else { return None };
    let [kind, total, index] = [kind, total, index].map(word::<BIG>);
    let [high, low, captured, wire] = [high, low, captured, wire].map(word::<BIG>);
    let len = padded(total);
    let fits = len >= ENHANCED_MIN && len <= len_max && captured as usize <= len - ENHANCED_MIN;
    if kind != kind::ENHANCED || !fits {
        return None;
    }
    let trailer = rest.get(len - TRAILER..)?.first_chunk()?;
    if word::<BIG>(*trailer) != total {
        return None;
    }
    let interface = interfaces.get(index as usize).unwrap_or(&UNKNOWN);
    let packet = Packet {
        at: (at + ENHANCED_HEADER) as u32,
        captured,
        wire,
        link: interface.link,
        interface: index as u16,
        time: interface.clock.time(u64::from(high) << 32 | u64::from(low)),
    };
    Some((packet, len))
}

/// Some writers leave the padding of the packet out of the length; Wireshark reads them, too.
fn padded(total: u32) -> usize {
    (total as usize).next_multiple_of(4)
}

/// Says why the block that begins `rest` is no enhanced packet block to be had.
#[cold]
fn stop(rest: &[u8], order: Order, len_max: usize) -> Stop {
    let Some(kind) = order.u32(rest, 0) else { return Stop::More(HEADER) };
    let order = match kind {
        kind::SECTION if rest.len() < HEADER + 4 => return Stop::More(HEADER + 4),
        // The length already counts in the byte order of the new section; a wrong mark comes to light later.
        kind::SECTION => rest.get(HEADER..).and_then(section::order).unwrap_or(order),
        _ => order,
    };
    let Some(total) = order.u32(rest, 4) else { return Stop::More(HEADER) };
    let len = padded(total);
    if len > len_max {
        return Stop::Wrong(format!("claims {total} bytes, more than the {len_max} allowed"));
    }
    if len < HEADER + TRAILER {
        return Stop::Wrong(format!("claims {total} bytes, which no block has"));
    }
    if len > rest.len() {
        return Stop::More(len);
    }
    let trailer = order.u32(rest, len - TRAILER).unwrap_or(0);
    if trailer != total {
        return Stop::Wrong(format!("claims {total} bytes at its start, {trailer} at its end"));
    }
    if kind != kind::ENHANCED {
        return Stop::Other(kind, len);
    }
    let captured = order.u32(rest, 20).unwrap_or(u32::MAX);
    Stop::Wrong(too_long(captured, len.saturating_sub(ENHANCED_MIN)))
}
