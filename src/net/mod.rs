//! Link types and tunnels, IP, fragments, and the transport header: a packet becomes a [`Segment`].
#![warn(clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod decoder;
mod ether;
mod fast;
mod fragments;
mod icmp;
mod ip;
mod layer;
mod link;
mod options;
mod segments;
mod transport;
mod tunnel;
mod view;
mod wlan;

pub use decoder::Decoder;
pub use options::{TcpOptions, tcp_options};

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The two endpoints of a conversation in a fixed order, whichever of them sent the packet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(C)]
pub struct Key {
    /// Addresses, lower endpoint first; IPv4 as `::ffff:a.b.c.d`. Big-endian octets, loaded natively.
    pub addrs: [u64; 4],
    /// Ports in the same order (0 where there are none).
    pub ports: [u16; 2],
    /// IP protocol number.
    pub protocol: u8,
    /// True for real IPv6, so that a v4-mapped IPv6 address is another conversation.
    pub v6: bool,
}

impl Key {
    /// Orders two endpoints; the flag says that the first one given became the second.
    pub fn new(from: (u128, u16), to: (u128, u16), protocol: u8, v6: bool) -> (Self, bool) {
        let swapped = from > to;
        let (low, high) = if swapped { (to, from) } else { (from, to) };
        let half = |addr: u128| [(addr >> 64) as u64, addr as u64];
        let ([a, b], [c, d]) = (half(low.0), half(high.0));
        let key = Self { addrs: [a, b, c, d], ports: [low.1, high.1], protocol, v6 };
        (key, swapped)
    }

    /// Seeded hash of all fields; the same for both directions.
    #[inline]
    pub fn hash(&self, seed: u64) -> u64 {
        let tail = u64::from(self.ports[0]) << 32
            | u64::from(self.ports[1]) << 16
            | u64::from(self.protocol) << 8
            | u64::from(self.v6);
        let [a, b, c, d] = self.addrs;
        let left = fold(a ^ seed, b ^ 0x9e37_79b9_7f4a_7c15);
        let right = fold(c ^ seed.rotate_left(32), d ^ 0xbf58_476d_1ce4_e5b9);
        fold(left ^ tail, right ^ 0x94d0_49bb_1331_11eb)
    }

    /// The address of one of the two endpoints: 0 the lower, 1 the higher.
    pub fn addr(&self, which: usize) -> IpAddr {
        let [a, b, c, d] = self.addrs;
        let (high, low) = if which == 0 { (a, b) } else { (c, d) };
        let octets = u128::from(high) << 64 | u128::from(low);
        if self.v6 {
            Ipv6Addr::from_bits(octets).into()
        } else {
            Ipv4Addr::from_bits(low as u32).into()
        }
    }
}

/// Multiplies to 128 bits and folds the halves.
#[inline]
fn fold(a: u64, b: u64) -> u64 {
    let wide = u128::from(a) * u128::from(b);
    (wide >> 64) as u64 ^ wide as u64
}

/// TCP flag bits as on the wire (RFC 9293 section 3.1).
pub mod flags {
    /// FIN
    pub const FIN: u8 = 0x01;
    /// SYN
    pub const SYN: u8 = 0x02;
    /// RST
    pub const RST: u8 = 0x04;
    /// PSH
    pub const PSH: u8 = 0x08;
    /// ACK
    pub const ACK: u8 = 0x10;
}

/// IP protocol numbers that are told apart here.
pub mod protocol {
    /// ICMP
    pub const ICMP: u8 = 1;
    /// TCP
    pub const TCP: u8 = 6;
    /// UDP
    pub const UDP: u8 = 17;
    /// ICMPv6
    pub const ICMPV6: u8 = 58;
    /// IPv4 in IP (RFC 2003).
    pub const IPIP: u8 = 4;
    /// IPv6 in IP (RFC 2473, RFC 4213).
    pub const IPV6: u8 = 41;
    /// GRE
    pub const GRE: u8 = 47;
    /// Ethernet in IP (RFC 3378).
    pub const ETHERIP: u8 = 97;
    /// MPLS in IP (RFC 4023).
    pub const MPLS: u8 = 137;
}

/// What pass one (decode) tells pass two (flow) about a packet: a small descriptor, no bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// Hash of `key` under the run's seed.
    pub hash: u64,
    /// The conversation; for an ICMP error that of the packet it quotes.
    pub key: Key,
    /// Index of the packet in the batch: frame number and time follow from it.
    pub packet: u32,
    /// Where the transport payload begins, see [`Decoder::payload`]; for an ICMP error the quoted packet.
    pub at: u32,
    /// Payload bytes captured.
    pub len: u32,
    /// Payload bytes on the wire by the IP and transport headers; more than `len` when the packet was cut.
    pub wire_len: u32,
    /// TCP sequence number. For an ICMP error: index into [`Decoder::icmp`].
    pub seq: u32,
    /// TCP acknowledgement number (meaningful with the ACK flag).
    pub ack: u32,
    /// TCP window as in the header, unscaled.
    pub window: u16,
    /// IPv4 identification (0 for IPv6): tells a packet captured twice from one sent twice.
    pub ip_id: u16,
    /// TCP or UDP checksum as in the packet (never verified: offload).
    pub checksum: u16,
    /// TCP flags, see [`flags`].
    pub flags: u8,
    /// IPv4 TTL or IPv6 hop limit.
    pub ttl: u8,
    /// Length of the TCP options, which end where the payload begins.
    pub options_len: u8,
    /// What `seq` and `at` mean.
    pub kind: Kind,
    /// True when the sender is the key's second endpoint.
    pub swapped: bool,
    /// The payload was put together from fragments and lies in the decoder's own buffer.
    pub reassembled: bool,
    /// IPv4 "don't fragment" (always for IPv6).
    pub dont_fragment: bool,
}

/// What a segment is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// TCP
    #[default]
    Tcp,
    /// UDP
    Udp,
    /// An ICMP or ICMPv6 error that quotes a packet.
    IcmpError,
    /// Another IP protocol (ICMP queries included): counted as a conversation of two hosts only.
    Other,
}

/// An ICMP error (RFC 792, RFC 4443) that quotes the packet which caused it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IcmpError {
    /// ICMPv6 rather than ICMP.
    pub v6: bool,
    /// Type
    pub kind: u8,
    /// Code
    pub code: u8,
    /// Who sent the message.
    pub sender: IpAddr,
    /// Next-hop MTU of "fragmentation needed" (3/4) and Packet Too Big (2/0), else 0.
    pub mtu: u32,
    /// TCP sequence number of the quoted packet when it is TCP.
    pub seq: Option<u32>,
    /// TCP flags of the quoted packet when the quotation reaches that far (RFC 1812 asks for it).
    pub flags: Option<u8>,
}
