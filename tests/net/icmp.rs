//! ICMP errors belong to the conversation that they quote.

use super::{Decoded, RAW, ipv4, syn, udp};
use etherparse::{IpNumber, PacketBuilder};
use finwhale::net::{IcmpError, Kind, flags};

fn icmp(kind: u8, code: u8, rest: [u8; 4], quoted: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let message = [&[kind, code, 0, 0], &rest[..], quoted].concat();
    let builder = PacketBuilder::ipv4([10, 0, 0, 254], [10, 0, 0, 2], 250);
    builder.write(&mut bytes, IpNumber::ICMP, &message).unwrap();
    bytes
}

#[test]
fn a_quoted_syn_leads_to_its_conversation() {
    let packet = syn(ipv4());
    let frames = [packet.clone(), icmp(3, 4, [0, 0, 5, 0x78], &packet)];
    let decoded = Decoded::new(RAW, &frames);
    let [tcp, error] = decoded.decoder.segments() else { panic!("two segments") };
    assert_eq!((error.kind, error.seq, error.ttl), (Kind::IcmpError, 0, 250));
    assert_eq!((tcp.key, tcp.hash, tcp.swapped), (error.key, error.hash, error.swapped));
    let [IcmpError { kind: 3, code: 4, mtu: 1400, seq, flags, sender, v6: false }] =
        decoded.decoder.icmp()
    else {
        panic!("{:?}", decoded.decoder.icmp())
    };
    assert_eq!((*seq, *flags), (Some(0x0102_0304), Some(flags::SYN)));
    assert_eq!(sender.to_string(), "10.0.0.254");
}

#[test]
fn eight_quoted_bytes_are_enough() {
    let packet = syn(ipv4());
    let decoded = Decoded::new(RAW, &[icmp(11, 0, [0; 4], &packet[..28])]);
    assert_eq!(decoded.only().key.ports, [443, 50_000]);
    let error = decoded.decoder.icmp()[0];
    assert_eq!((error.seq, error.flags, error.mtu), (Some(0x0102_0304), None, 0));
}

#[test]
fn a_quoted_datagram_has_no_sequence_number() {
    let packet = udp(ipv4(), (1000, 53), b"");
    let decoded = Decoded::new(RAW, &[icmp(3, 3, [0; 4], &packet)]);
    assert_eq!((decoded.only().key.protocol, decoded.only().key.ports), (17, [53, 1000]));
    assert_eq!(decoded.decoder.icmp()[0].seq, None);
}

#[test]
fn a_later_fragment_quotes_no_ports() {
    let mut packet = syn(ipv4());
    (packet[6], packet[7]) = (0, 9);
    let decoded = Decoded::new(RAW, &[icmp(11, 1, [0; 4], &packet)]);
    assert_eq!(decoded.only().key.ports, [0, 0]);
    assert_eq!(decoded.decoder.icmp()[0].seq, None);
}

#[test]
fn a_ping_is_two_hosts_talking() {
    let decoded = Decoded::new(RAW, &[icmp(8, 0, [0; 4], b"some payload")]);
    assert_eq!((decoded.only().kind, decoded.only().key.ports), (Kind::Other, [0, 0]));
    assert!(decoded.decoder.icmp().is_empty());
}

#[test]
fn packet_too_big_in_ipv6() {
    let packet = syn(PacketBuilder::ipv6([1; 16], [2; 16], 64));
    let message = [&[2, 0, 0, 0, 0, 0, 5, 0], &packet[..]].concat();
    let mut bytes = Vec::new();
    let builder = PacketBuilder::ipv6([9; 16], [1; 16], 255);
    builder.write(&mut bytes, IpNumber::IPV6_ICMP, &message).unwrap();
    let decoded = Decoded::new(RAW, &[bytes]);
    let error = decoded.decoder.icmp()[0];
    assert_eq!((error.v6, error.kind, error.mtu, error.flags), (true, 2, 1280, Some(flags::SYN)));
    assert_eq!(decoded.only().key.ports, [50_000, 443]);
}
