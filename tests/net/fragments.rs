//! IP fragments put together, in any order, within bounds.

use super::{Decoded, RAW, ipv4, syn};
use etherparse::{IpFragOffset, Ipv4Header, Ipv6FragmentHeader, Ipv6Header};
use finwhale::net::Kind;

/// A UDP datagram to be cut: header and 40 bytes, checksum left out.
fn datagram() -> Vec<u8> {
    let mut bytes = vec![0, 1, 0, 2, 0, 48, 0, 0];
    bytes.extend(0..40);
    bytes
}

fn v4(id: u16, offset: usize, more: bool, content: &[u8]) -> Vec<u8> {
    let number = etherparse::IpNumber::UDP;
    let mut header =
        Ipv4Header::new(content.len() as u16, 64, number, [10, 0, 0, 1], [10, 0, 0, 2]).unwrap();
    header.identification = id;
    header.dont_fragment = false;
    header.more_fragments = more;
    header.fragment_offset = IpFragOffset::try_new(offset as u16 / 8).unwrap();
    let mut bytes = Vec::new();
    header.write(&mut bytes).unwrap();
    [&bytes, content].concat()
}

fn v6(id: u32, offset: usize, more: bool, content: &[u8]) -> Vec<u8> {
    let mut header = Ipv6Header {
        next_header: etherparse::IpNumber::IPV6_FRAGMENTATION_HEADER,
        hop_limit: 64,
        source: [1; 16],
        destination: [2; 16],
        ..Ipv6Header::default()
    };
    header.set_payload_length(content.len() + 8).unwrap();
    let place = IpFragOffset::try_new(offset as u16 / 8).unwrap();
    let fragment = Ipv6FragmentHeader::new(etherparse::IpNumber::UDP, place, more, id);
    [&header.to_bytes()[..], &fragment.to_bytes(), content].concat()
}

fn assert_whole(decoded: &Decoded, packet: u32) {
    let segment = decoded.only();
    assert_eq!((segment.kind, segment.packet, segment.reassembled), (Kind::Udp, packet, true));
    assert_eq!((segment.len, segment.wire_len), (40, 40));
    assert_eq!(decoded.payload(), &datagram()[8..]);
}

#[test]
fn the_fragment_that_completes_a_packet_stands_for_it() {
    let all = datagram();
    let parts =
        [v4(1, 0, true, &all[..16]), v4(1, 16, true, &all[16..32]), v4(1, 32, false, &all[32..])];
    let decoded = Decoded::new(RAW, &parts);
    assert_whole(&decoded, 2);
    assert_eq!(decoded.decoder.fragments_lost(), 0);
}

#[test]
fn fragments_may_come_in_any_order() {
    let all = datagram();
    let parts =
        [v6(1, 32, false, &all[32..]), v6(1, 0, true, &all[..16]), v6(1, 16, true, &all[16..32])];
    assert_whole(&Decoded::new(RAW, &parts), 2);
}

#[test]
fn an_atomic_fragment_is_a_whole_packet() {
    let decoded = Decoded::new(RAW, &[v6(1, 0, false, &datagram())]);
    assert!(!decoded.only().reassembled);
    assert_eq!(decoded.payload(), &datagram()[8..]);
}

#[test]
fn overlaps_keep_the_first_bytes() {
    let all = datagram();
    let parts = [
        v4(1, 16, true, &all[16..32]),
        v4(1, 0, true, &[&all[..16], &[0xff; 8]].concat()),
        v4(1, 24, false, &[&[0xff; 8], &all[32..]].concat()),
    ];
    assert_whole(&Decoded::new(RAW, &parts), 2);
}

#[test]
fn what_reaches_beyond_the_last_fragment_is_dropped() {
    let all = datagram();
    let parts = [
        v4(1, 24, true, &[&all[24..], &[0xff; 32]].concat()),
        v4(1, 40, false, &[0xff; 8]),
        v4(1, 0, true, &all[..24]),
    ];
    assert_whole(&Decoded::new(RAW, &parts), 2);
}

#[test]
fn packets_are_told_apart_by_their_identification() {
    let all = datagram();
    let parts = [
        v4(1, 0, true, &all[..16]),
        v4(2, 0, true, &[0xff; 16]),
        v4(2, 16, false, &[0xff; 8]),
        v4(1, 16, false, &all[16..]),
    ];
    let decoded = Decoded::new(RAW, &parts);
    let packets: Vec<_> = decoded.decoder.segments().iter().map(|segment| segment.packet).collect();
    assert_eq!(packets, [2, 3]);
    let last = &decoded.decoder.segments()[1];
    assert_eq!(decoded.decoder.payload(&decoded.bytes, last), &all[8..]);
}

#[test]
fn a_first_fragment_alone_is_counted_and_not_shown() {
    let decoded = Decoded::new(RAW, &[v4(1, 0, true, &datagram()[..16])]);
    assert!(decoded.decoder.segments().is_empty());
    assert_eq!(decoded.decoder.fragments_lost(), 1);
}

#[test]
fn a_cut_fragment_is_of_no_use() {
    let all = datagram();
    let cut = v4(1, 0, true, &all[..16])[..30].to_vec();
    let decoded = Decoded::cut(RAW, &[cut, v4(1, 16, false, &all[16..])], &[36, 52]);
    assert!(decoded.decoder.segments().is_empty());
    assert_eq!(decoded.decoder.undecoded().get("ip_fragment_cut"), Some(&1));
    assert_eq!(decoded.decoder.fragments_lost(), 2);
}

#[test]
fn a_tunnel_may_be_in_fragments() {
    let inner = syn(ipv4());
    let mut outer = vec![0, 1, 0x12, 0xb5, 0, (inner.len() + 30) as u8, 0, 0];
    outer.extend([8, 0, 0, 0, 0, 0, 7, 0]);
    outer.extend(super::ethernet(0x0800, &inner));
    let parts = [v4(1, 0, true, &outer[..64]), v4(1, 64, false, &outer[64..])];
    let decoded = Decoded::new(RAW, &parts);
    super::assert_syn(&decoded);
    assert!(decoded.only().reassembled);
}

#[test]
fn old_fragments_make_room() {
    // Thirty-one seconds later.
    let all = datagram();
    let parts = [v4(1, 0, true, &all[..16]), v4(1, 16, false, &all[16..])];
    let decoded = Decoded::timed(RAW, &parts, 31_000_000_000);
    assert!(decoded.decoder.segments().is_empty());
    assert_eq!(decoded.decoder.fragments_lost(), 2);
}

#[test]
fn a_flood_of_fragments_stays_in_its_room() {
    let flood: Vec<_> = (0..50_000u32).map(|id| v6(id, 8, true, &[0; 64])).collect();
    let decoded = Decoded::new(RAW, &flood);
    assert_eq!(decoded.decoder.fragments_lost(), 50_000);
}
