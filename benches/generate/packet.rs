//! Where a packet's addresses, ports and checksums lie, and how others are put in their place.
//!
//! Checksums are not computed but mended by what changed (RFC 1624), so a wrong one stays wrong.

use std::net::IpAddr;

/// An address and a port; no port in packets that have none.
pub(crate) type End = (IpAddr, Option<u16>);

/// Bytes of an Ethernet header.
const ETHERNET: usize = 14;

const ICMP: u8 = 1;
const TCP: u8 = 6;
const UDP: u8 = 17;
const ICMPV6: u8 = 58;

/// The headers of an Ethernet frame, and of the packet that it quotes when it is an ICMP error.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    outer: Headers,
    quoted: Option<Headers>,
}

/// An IP header and what follows it: offsets within the frame.
#[derive(Clone, Copy, Debug)]
struct Headers {
    ip: usize,
    v6: bool,
    protocol: u8,
    transport: usize,
    /// The transport checksum, unless the packet was cut before it.
    sum: Option<usize>,
}

impl Layout {
    /// Of a frame with TCP, UDP or ICMP directly in IP; `None` for all others.
    pub(crate) fn of(frame: &[u8]) -> Option<Self> {
        let outer = Headers::of(frame, ETHERNET)?;
        let quotes = match (outer.protocol, *frame.get(outer.transport)?) {
            (ICMP, kind) => matches!(kind, 3 | 11 | 12),
            (ICMPV6, kind) => kind < 128,
            _ => false,
        };
        let quoted = if quotes { Some(Headers::of(frame, outer.transport + 8)?) } else { None };
        Some(Self { outer, quoted })
    }

    /// Sender and receiver of the packet.
    pub(crate) fn ends(&self, frame: &[u8]) -> [End; 2] {
        self.outer.ends(frame)
    }

    /// Sender and receiver of the packet that is quoted.
    pub(crate) fn quoted(&self, frame: &[u8]) -> Option<[End; 2]> {
        self.quoted.map(|headers| headers.ends(frame))
    }

    /// Gives the packet, and the one that it quotes, other ends of the same address families.
    pub(crate) fn readdress(&self, frame: &mut [u8], ends: [End; 2], quoted: Option<[End; 2]>) {
        let mut change = self.outer.replace(frame, ends);
        if self.outer.protocol == ICMP {
            // Its checksum does not cover the addresses.
            change = Change::default();
        }
        if let (Some(headers), Some(ends)) = (self.quoted, quoted) {
            let before = words(&frame[headers.ip..]);
            let inner = headers.replace(frame, ends);
            headers.mend(frame, inner);
            change.replaced(before, words(&frame[headers.ip..]));
        }
        self.outer.mend(frame, change);
    }
}

impl Headers {
    fn of(frame: &[u8], ip: usize) -> Option<Self> {
        let first = *frame.get(ip)?;
        let (v6, protocol, length) = match first >> 4 {
            4 => (false, *frame.get(ip + 9)?, usize::from(first & 15) * 4),
            6 => (true, *frame.get(ip + 6)?, 40),
            _ => return None,
        };
        let transport = ip + length;
        let sum = transport
            + match protocol {
                TCP => 16,
                UDP => 6,
                ICMP | ICMPV6 => 2,
                _ => return None,
            };
        let sum = (sum + 2 <= frame.len()).then_some(sum);
        (transport + 4 <= frame.len()).then_some(Self { ip, v6, protocol, transport, sum })
    }

    /// Offset and length of the source address; the destination's lies behind it.
    fn addresses(&self) -> (usize, usize) {
        if self.v6 { (self.ip + 8, 16) } else { (self.ip + 12, 4) }
    }

    fn has_ports(&self) -> bool {
        matches!(self.protocol, TCP | UDP)
    }

    fn ends(&self, frame: &[u8]) -> [End; 2] {
        let (at, length) = self.addresses();
        [0, 1].map(|side| {
            let address = address(&frame[at + side * length..][..length]);
            let port = &frame[self.transport + side * 2..][..2];
            (address, self.has_ports().then(|| u16::from_be_bytes([port[0], port[1]])))
        })
    }

    /// Puts other ends in; what changed for the transport checksum, which covers the addresses as well.
    fn replace(&self, frame: &mut [u8], ends: [End; 2]) -> Change {
        let mut change = Change::default();
        let (at, length) = self.addresses();
        for (side, (address, _)) in ends.iter().enumerate() {
            let field = &mut frame[at + side * length..][..length];
            match address {
                IpAddr::V4(address) => change.put(field, &address.octets()),
                IpAddr::V6(address) => change.put(field, &address.octets()),
            }
        }
        if !self.v6 {
            change.mend(&mut frame[self.ip + 10..][..2]);
        }
        for (side, (_, port)) in ends.iter().enumerate() {
            if let Some(port) = port {
                change.put(&mut frame[self.transport + side * 2..][..2], &port.to_be_bytes());
            }
        }
        change
    }

    fn mend(&self, frame: &mut [u8], change: Change) {
        let Some(at) = self.sum else { return };
        let field = &mut frame[at..at + 2];
        // A datagram without a checksum stays without.
        if self.protocol != UDP || *field != [0, 0] {
            change.mend(field);
            if self.protocol == UDP && *field == [0, 0] {
                field.fill(0xff);
            }
        }
    }
}

fn address(bytes: &[u8]) -> IpAddr {
    match <[u8; 4]>::try_from(bytes) {
        Ok(four) => IpAddr::from(four),
        Err(_) => IpAddr::from(<[u8; 16]>::try_from(bytes).expect("4 or 16 bytes")),
    }
}

/// What replaced bytes add to a sum of 16-bit words in one's complement.
#[derive(Clone, Copy, Debug, Default)]
struct Change(u32);

impl Change {
    /// Overwrites a field of whole words.
    fn put(&mut self, field: &mut [u8], new: &[u8]) {
        self.replaced(words(field), words(new));
        field.copy_from_slice(new);
    }

    /// Bytes with one sum gave way to bytes with another.
    fn replaced(&mut self, old: u16, new: u16) {
        self.0 += u32::from(!old) + u32::from(new);
    }

    /// Carries the change into a checksum field.
    fn mend(self, field: &mut [u8]) {
        let old = !u16::from_be_bytes([field[0], field[1]]);
        field.copy_from_slice(&(!fold(u32::from(old) + self.0)).to_be_bytes());
    }
}

/// The sum of 16-bit words in one's complement; an odd byte at the end counts as a high one.
fn words(bytes: &[u8]) -> u16 {
    let pairs = bytes.chunks(2).map(|pair| match *pair {
        [high, low] => u16::from_be_bytes([high, low]),
        [high] => u16::from_be_bytes([high, 0]),
        _ => 0,
    });
    fold(pairs.map(u32::from).sum())
}

fn fold(mut sum: u32) -> u16 {
    while sum > 0xffff {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    sum as u16
}
