//! The hand-inlined way for almost every packet: Ethernet, VLAN tags, plain IP, TCP or UDP.
//!
//! Whatever is unusual gives `None` and is left to the general way, which decides and counts.

use super::{Key, Kind, Segment, ether, link, protocol, tunnel};

/// Fills `segment` with a packet of the usual link types, `at` bytes into its buffer; hash and index of the
/// packet are the caller's. What is left of `segment` after `None` is of no use.
#[inline(always)]
pub(super) fn packet(kind: u16, frame: &[u8], at: usize, segment: &mut Segment) -> Option<()> {
    match kind {
        link::ETHERNET => typed(frame.get(12..)?, at + 12, segment),
        link::COOKED => typed(frame.get(14..)?, at + 14, segment),
        link::RAW => ip(frame, at, segment),
        _ => None,
    }
}

/// An EtherType, up to two VLAN tags, and IP.
#[inline(always)]
fn typed(mut rest: &[u8], mut at: usize, segment: &mut Segment) -> Option<()> {
    for _ in 0..3 {
        let (kind, inside) = rest.split_first_chunk::<2>()?;
        match u16::from_be_bytes(*kind) {
            ether::IPV4 => return ipv4(inside, at + 2, segment),
            ether::IPV6 => return ipv6(inside, at + 2, segment),
            ether::VLAN | ether::QINQ | ether::QINQ_OLD => {
                rest = inside.get(2..)?;
                at += 4;
            }
            _ => return None,
        }
    }
    None
}

/// As [`packet`], from an IP header on.
#[inline]
pub(super) fn ip(packet: &[u8], at: usize, segment: &mut Segment) -> Option<()> {
    match packet.first()? >> 4 {
        4 => ipv4(packet, at, segment),
        6 => ipv6(packet, at, segment),
        _ => None,
    }
}

/// IPv4 without options and fragments. An Ethernet frame has 46 bytes or more behind its header.
#[inline(always)]
fn ipv4(packet: &[u8], at: usize, segment: &mut Segment) -> Option<()> {
    let head = packet.first_chunk::<40>()?;
    let fragment = u16::from_be_bytes([head[6], head[7]]);
    if head[0] != 0x45 || fragment & 0x3fff != 0 {
        return None;
    }
    let (_, transport) = head.split_first_chunk::<20>()?;
    let total = usize::from(u16::from_be_bytes([head[2], head[3]]));
    let (from_port, to_port) = layer4(
        head[9],
        transport,
        Span { at, header: 20, total, captured: packet.len() },
        segment,
    )?;
    let from = u32::from_be_bytes([head[12], head[13], head[14], head[15]]);
    let to = u32::from_be_bytes([head[16], head[17], head[18], head[19]]);
    (segment.key, segment.swapped) = ipv4_key((from, from_port), (to, to_port), head[9]);
    segment.ip_id = u16::from_be_bytes([head[4], head[5]]);
    segment.ttl = head[8];
    segment.dont_fragment = fragment & 0x4000 != 0;
    Some(())
}

/// As [`Key::new`], on half as many bits.
#[inline(always)]
fn ipv4_key(from: (u32, u16), to: (u32, u16), protocol: u8) -> (Key, bool) {
    let whole = |(addr, port): (u32, u16)| u64::from(addr) << 16 | u64::from(port);
    let swapped = whole(from) > whole(to);
    let (low, high) = if swapped { (to, from) } else { (from, to) };
    let mapped = |addr: u32| 0xffff_0000_0000 | u64::from(addr);
    let addrs = [0, mapped(low.0), 0, mapped(high.0)];
    (Key { addrs, ports: [low.1, high.1], protocol, v6: false }, swapped)
}

/// IPv6 without extension headers.
#[inline(always)]
fn ipv6(packet: &[u8], at: usize, segment: &mut Segment) -> Option<()> {
    let head = packet.first_chunk::<60>()?;
    if head[0] >> 4 != 6 {
        return None;
    }
    let (_, addrs) = head.split_first_chunk::<8>()?;
    let (from, rest) = addrs.split_first_chunk::<16>()?;
    let (to, transport) = rest.split_first_chunk::<16>()?;
    // Zero: a jumbogram, or a length that the network card was to fill in.
    let total = match u16::from_be_bytes([head[4], head[5]]) {
        0 => return None,
        length => 40 + usize::from(length),
    };
    let (from_port, to_port) = layer4(
        head[6],
        transport,
        Span { at, header: 40, total, captured: packet.len() },
        segment,
    )?;
    let (from, to) = (u128::from_be_bytes(*from), u128::from_be_bytes(*to));
    (segment.key, segment.swapped) = Key::new((from, from_port), (to, to_port), head[6], true);
    segment.ip_id = 0;
    segment.ttl = head[7];
    segment.dont_fragment = true;
    Some(())
}

/// Where an IP packet lies, the lengths of its header, of all of it, and of what was captured.
#[derive(Clone, Copy)]
struct Span {
    at: usize,
    header: usize,
    total: usize,
    captured: usize,
}

impl Span {
    /// The payload begins and ends so many bytes into the packet.
    #[inline(always)]
    fn payload(self, begin: usize, end: usize, segment: &mut Segment) -> Option<()> {
        segment.at = (self.at + begin) as u32;
        segment.len = end.min(self.captured).checked_sub(begin)? as u32;
        segment.wire_len = end.checked_sub(begin)? as u32;
        segment.reassembled = false;
        Some(())
    }
}

/// TCP or UDP, of which the first 20 bytes are there in any case; gives the ports.
#[inline(always)]
fn layer4(number: u8, head: &[u8], ip: Span, segment: &mut Segment) -> Option<(u16, u16)> {
    let head = head.first_chunk::<20>()?;
    let [a, b, c, d, ..] = *head;
    let ports = (u16::from_be_bytes([a, b]), u16::from_be_bytes([c, d]));
    match number {
        protocol::TCP => tcp(head, ip, segment)?,
        protocol::UDP if tunnel::is_port(ports.0) || tunnel::is_port(ports.1) => return None,
        protocol::UDP => udp(head, ip, segment)?,
        _ => return None,
    }
    Some(ports)
}

#[inline(always)]
fn tcp(head: &[u8; 20], ip: Span, segment: &mut Segment) -> Option<()> {
    let header = usize::from(head[12] >> 4) * 4;
    segment.options_len = header.checked_sub(20)? as u8;
    ip.payload(ip.header + header, ip.total, segment)?;
    segment.kind = Kind::Tcp;
    segment.seq = u32::from_be_bytes([head[4], head[5], head[6], head[7]]);
    segment.ack = u32::from_be_bytes([head[8], head[9], head[10], head[11]]);
    segment.flags = head[13];
    segment.window = u16::from_be_bytes([head[14], head[15]]);
    segment.checksum = u16::from_be_bytes([head[16], head[17]]);
    Some(())
}

#[inline(always)]
fn udp(head: &[u8; 20], ip: Span, segment: &mut Segment) -> Option<()> {
    let length = usize::from(u16::from_be_bytes([head[4], head[5]]));
    ip.payload(ip.header + 8, ip.total.min(ip.header + length), segment)?;
    segment.kind = Kind::Udp;
    (segment.seq, segment.ack, segment.flags, segment.window) = (0, 0, 0, 0);
    segment.options_len = 0;
    segment.checksum = u16::from_be_bytes([head[6], head[7]]);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::super::layer::{Layer, Next};
    use super::super::view::{Reason, View};
    use super::super::{Kind, Segment, ip, link, transport};
    use proptest::prelude::*;

    fn fast(kind: u16, frame: &[u8], at: usize) -> Option<Segment> {
        let mut dirty = Segment {
            at: 1,
            len: 2,
            wire_len: 3,
            seq: 4,
            ack: 5,
            window: 6,
            ip_id: 7,
            checksum: 8,
            flags: 9,
            ttl: 10,
            options_len: 11,
            kind: Kind::Other,
            swapped: true,
            reassembled: true,
            dont_fragment: true,
            ..Segment::default()
        };
        super::packet(kind, frame, at, &mut dirty).map(|()| dirty)
    }

    /// The general way, which would take the short cut at the IP header.
    fn general(kind: u16, frame: &[u8], at: usize) -> Result<Segment, Reason> {
        let mut segment = Segment::default();
        let mut next = Next::Header(Layer::Link(kind), View::new(frame, at, frame.len()));
        loop {
            next = match next {
                Next::Header(Layer::Ip, view) => {
                    let (ip, place, inside) = ip::header(view)?;
                    assert_eq!(place, None, "a fragment took the fast way");
                    transport::read(&ip, inside, &mut segment)?
                }
                Next::Header(layer, view) => layer.read(view, &mut segment)?,
                Next::Segment => return Ok(segment),
                next => panic!("{next:?} took the fast way"),
            }
        }
    }

    fn ipv4(protocol: u8, length: u16, transport: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x45, 0, 0, 0, 1, 2, 0x40, 0, 64, protocol, 0, 0];
        packet.extend([10, 0, 0, 1, 10, 0, 0, 2]);
        packet[2..4].copy_from_slice(&length.to_be_bytes());
        [&packet, transport].concat()
    }

    fn ipv6(protocol: u8, length: u16, transport: &[u8]) -> Vec<u8> {
        let mut packet = vec![0x60, 0, 0, 0, 0, 0, protocol, 64];
        packet[4..6].copy_from_slice(&length.to_be_bytes());
        packet.extend([1; 16]);
        packet.extend([2; 16]);
        [&packet, transport].concat()
    }

    fn transport() -> impl Strategy<Value = (u8, Vec<u8>)> {
        let tcp =
            (0u8..16, prop::collection::vec(any::<u8>(), 20..120)).prop_map(|(words, mut tcp)| {
                tcp[12] = words << 4;
                (6, tcp)
            });
        let udp =
            (0u8..150, prop::collection::vec(any::<u8>(), 8..120)).prop_map(|(len, mut udp)| {
                udp[4..6].copy_from_slice(&[0, len]);
                (17, udp)
            });
        prop_oneof![tcp, udp]
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]
        #[test]
        fn both_ways_agree(
            (protocol, transport) in transport(),
            length in prop_oneof![0u16..200, Just(1500)],
            is_v6 in any::<bool>(),
            tags in 0usize..4,
            cooked in any::<bool>(),
            damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..3),
        ) {
            let (kind, mut frame) =
                if cooked { (link::COOKED, vec![0; 14]) } else { (link::ETHERNET, vec![0; 12]) };
            frame.extend([0x81, 0, 0, 7].repeat(tags));
            frame.extend(if is_v6 { [0x86, 0xdd] } else { [8, 0] });
            let packet = if is_v6 { ipv6 } else { ipv4 }(protocol, length, &transport);
            frame.extend(packet);
            for (at, byte) in damage {
                let at = at.index(frame.len());
                frame[at] = byte;
            }
            if let Some(segment) = fast(kind, &frame, 1000) {
                prop_assert_eq!(Ok(segment), general(kind, &frame, 1000));
            }
        }
    }

    #[test]
    fn the_usual_packet_takes_the_fast_way() {
        let tcp = [&[0; 12][..], &[0x50], &[0; 7], b"payload"].concat();
        let frame = |kind: [u8; 2], packet: Vec<u8>| [&[0; 12], &kind[..], &packet].concat();
        assert!(fast(link::ETHERNET, &frame([8, 0], ipv4(6, 47, &tcp)), 0).is_some());
        assert!(fast(link::ETHERNET, &frame([0x86, 0xdd], ipv6(6, 27, &tcp)), 0).is_some());
    }
}
