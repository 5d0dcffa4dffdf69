//! The same SYN behind every header that is known: link types, tags, labels, tunnels.

use super::{Decoded, ETHERNET, RAW, assert_syn, ethernet, ipv4, syn, udp};
use etherparse::{IpNumber, PacketBuilder};

/// EtherTypes
const IPV4: u16 = 0x0800;
const BRIDGING: u16 = 0x6558;

fn plain() -> Vec<u8> {
    syn(ipv4())
}

fn bridged() -> Vec<u8> {
    ethernet(IPV4, &plain())
}

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// An IPv4 packet of another protocol.
fn over_ip(protocol: u8, inside: &[u8]) -> Vec<u8> {
    let builder = PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64);
    let mut bytes = Vec::new();
    builder.write(&mut bytes, IpNumber(protocol), inside).unwrap();
    bytes
}

fn over_udp(port: u16, inside: &[u8]) -> Vec<u8> {
    udp(PacketBuilder::ipv4([192, 0, 2, 1], [192, 0, 2, 2], 64), (40_000, port), inside)
}

fn assert_all(link: u16, cases: &[(&str, Vec<u8>)]) {
    for (name, frame) in cases {
        let decoded = Decoded::new(link, std::slice::from_ref(frame));
        assert_eq!(
            decoded.decoder.segments().len(),
            1,
            "{name}: {:?}",
            decoded.decoder.undecoded()
        );
        assert_syn(&decoded);
    }
}

#[test]
fn ethernet_and_its_tags() {
    let ip = plain();
    let llc = join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip]);
    let labels = [0, 1, 0, 64, 0, 2, 1, 64];
    let session = |len: usize| [0x11, 0, 0, 9, (len >> 8) as u8, len as u8];
    let ppp = join(&[&[0, 0x21], &ip]);
    assert_all(
        ETHERNET,
        &[
            ("plain", bridged()),
            ("padded", join(&[&bridged(), &[0; 9]])),
            ("802.1Q", ethernet(0x8100, &join(&[&[0, 7, 8, 0], &ip]))),
            ("802.1ad", ethernet(0x88a8, &join(&[&[0, 7, 0x81, 0, 0, 8, 8, 0], &ip]))),
            (
                "three tags",
                ethernet(0x9100, &join(&[&[0, 1, 0x81, 0, 0, 2, 0x81, 0, 0, 3, 8, 0], &ip])),
            ),
            ("802.3 with SNAP", ethernet(llc.len() as u16, &join(&[&llc, &[0; 4]]))),
            ("MPLS", ethernet(0x8847, &join(&[&labels, &ip]))),
            ("pseudo-wire", ethernet(0x8847, &join(&[&labels, &[0; 4], &bridged()]))),
            ("PPPoE", ethernet(0x8864, &join(&[&session(ppp.len()), &ppp, &[0; 6]]))),
            ("provider bridge", ethernet(0x88e7, &join(&[&[0; 4], &bridged()]))),
            ("VN-Tag", ethernet(0x8926, &join(&[&[0; 4], &[8, 0], &ip]))),
            ("port extender", ethernet(0x893f, &join(&[&[0; 6], &[8, 0], &ip]))),
        ],
    );
}

#[test]
fn point_to_point_links() {
    let ip = plain();
    let cases = [
        ("PPP", 9, join(&[&[0xff, 3, 0, 0x21], &ip])),
        ("PPP, protocol compressed", 9, join(&[&[0x21], &ip])),
        ("PPP with MPLS", 50, join(&[&[0xff, 3, 2, 0x81, 0, 1, 1, 64], &ip])),
        ("Cisco's HDLC as PPP", 50, join(&[&[0x0f, 0, 8, 0], &ip])),
        ("PPPoE without Ethernet", 51, join(&[&[0x11, 0, 0, 9, 0, 55, 0, 0x21], &ip])),
        ("HDLC", 104, join(&[&[0x0f, 0, 8, 0], &ip])),
        ("PPP in HDLC", 104, join(&[&[0xff, 3, 0, 0x21], &ip])),
        ("frame relay", 107, join(&[&[0x18, 0x41, 3, 0xcc], &ip])),
        ("frame relay with SNAP", 107, join(&[&[0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0], &ip])),
        ("frame relay, Cisco's", 107, join(&[&[0x18, 0x41, 8, 0], &ip])),
        ("PPP daemon", 166, join(&[&[1, 3, 0, 0x21], &ip])),
        ("PPP with direction", 204, join(&[&[1, 0xff, 3, 0, 0x21], &ip])),
        ("HDLC with direction", 205, join(&[&[1, 0x0f, 0, 8, 0], &ip])),
        ("frame relay with direction", 206, join(&[&[1, 0x18, 0x41, 3, 0xcc], &ip])),
        ("SLIP", 8, join(&[&[0; 16], &ip])),
    ];
    for (name, link, frame) in cases {
        assert_all(link, &[(name, frame)]);
    }
}

#[test]
fn loopback_raw_and_cooked() {
    let ip = plain();
    let cases = [
        ("null, little-endian", 0, join(&[&[2, 0, 0, 0], &ip])),
        ("null, big-endian", 0, join(&[&[0, 0, 0, 2], &ip])),
        ("loop", 108, join(&[&[0, 0, 0, 2], &ip])),
        ("raw", RAW, ip.clone()),
        ("raw, BSD", 12, ip.clone()),
        ("raw IPv4", 228, ip.clone()),
        ("enc", 109, join(&[&[0; 12], &ip])),
        ("cooked", 113, join(&[&[0; 14], &[8, 0], &ip])),
        ("cooked, tagged", 113, join(&[&[0; 14], &[0x81, 0, 0, 7, 8, 0], &ip])),
        ("cooked 2", 276, join(&[&[8, 0], &[0; 18], &ip])),
        ("pflog", 117, join(&[&[61, 2], &[0; 62], &ip])),
        (
            "netfilter log",
            239,
            join(&[&[2, 0, 0, 1, 6, 0, 10, 0, b'x', 0, 0, 0, 57, 0, 9, 0], &ip]),
        ),
        ("netlink queue", 253, {
            let header = [&[0; 15][..], &[12], &[0; 4], &[0, 3], &[0; 10]].concat();
            join(&[&header, &[2, 0, 0, 1, 57, 0, 10, 0], &ip])
        }),
        ("Apple's process tap", 258, join(&[&[12, 0, 0, 0, 1, 0, 0, 0, 101, 0, 0, 0], &ip])),
        ("IP over IEEE 1394", 138, join(&[&[0; 16], &[8, 0], &ip])),
        ("Solaris ipnet", 226, join(&[&[0; 24], &ip])),
    ];
    for (name, link, frame) in cases {
        assert_all(link, &[(name, frame)]);
    }
}

#[test]
fn other_lans_and_capturing_hardware() {
    let ip = plain();
    let llc = join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip]);
    let mut routed = [0; 14];
    routed[8] = 0x80;
    let cases = [
        ("token ring", 6, join(&[&[0; 14], &llc])),
        ("token ring with a route", 6, join(&[&routed, &[4, 0, 0, 0], &llc])),
        ("FDDI", 10, join(&[&[0; 13], &llc])),
        ("ATM", 100, llc.clone()),
        ("ATM with a bridged frame", 106, {
            join(&[&[0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0], &bridged()])
        }),
        ("SunATM", 123, join(&[&[2, 0, 0, 33], &llc])),
        ("fibre channel", 122, join(&[&[0; 16], &llc])),
        ("ARCNET, RFC 1201", 129, join(&[&[1, 2, 0, 0, 0xd4, 0, 0, 1], &ip])),
        ("ARCNET, RFC 1051", 129, join(&[&[1, 2, 0, 0, 0xf0], &ip])),
        ("ERF", 197, join(&[&[0; 8], &[0x82, 0, 0, 0, 0, 0, 0, 0], &[0; 10], &bridged()])),
        ("ERF with IPv4", 197, join(&[&[0; 8], &[22, 0, 0, 0, 0, 0, 0, 0], &ip])),
        ("netANALYZER", 240, join(&[&[0; 4], &bridged()])),
        ("netANALYZER, transparent", 241, join(&[&[0; 12], &bridged()])),
        ("InfiniBand", 242, join(&[&[0; 40], &[8, 0, 0, 0], &ip])),
        ("preamble", 274, join(&[&[0x55; 8], &bridged()])),
        ("Broadcom's tag", 281, join(&[&[0; 16], &[8, 0], &ip])),
        ("Broadcom's tag in front", 282, join(&[&[0; 4], &bridged()])),
        ("Marvell's tag", 285, join(&[&[0; 20], &[8, 0], &ip])),
    ];
    for (name, link, frame) in cases {
        assert_all(link, &[(name, frame)]);
    }
}

#[test]
fn wireless_lans() {
    let llc = join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &plain()]);
    let data = join(&[&[0x08, 0x01], &[0; 22], &llc]);
    let quality = join(&[&[0x88, 0x02], &[0; 22], &[0; 2], &llc]);
    let aligned = join(&[&[0x88, 0x02], &[0; 22], &[0; 4], &llc]);
    let subframe = join(&[&[0; 12], &(llc.len() as u16).to_be_bytes(), &llc]);
    let cases = [
        ("data", 105, data.clone()),
        ("quality of service", 105, quality.clone()),
        ("between access points", 105, join(&[&[0x08, 0x03], &[0; 28], &llc])),
        ("aggregate of one", 105, join(&[&[0x88, 0x02], &[0; 22], &[0x80, 0], &subframe])),
        ("radiotap", 127, join(&[&[0, 0, 8, 0, 0, 0, 0, 0], &data])),
        ("radiotap with flags", 127, join(&[&[0, 0, 9, 0, 2, 0, 0, 0, 0x10], &quality, &[0; 4]])),
        ("radiotap with padding", 127, {
            // A second word of flags, four bytes to align the time stamp, the time stamp, 0x20.
            let time = [&[0; 4][..], &[0; 4], &[0xff; 8]].concat();
            join(&[&[0, 0, 25, 0, 3, 0, 0, 0x80], &time, &[0x20], &aligned])
        }),
        ("Prism", 119, join(&[&[0x44, 0, 0, 0, 16, 0, 0, 0], &[0; 8], &data])),
        ("AVS as Prism", 119, join(&[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 12], &[0; 4], &data])),
        ("AVS", 163, join(&[&[0x80, 0x21, 0x10, 1, 0, 0, 0, 12], &[0; 4], &data])),
        ("PPI", 192, join(&[&[0, 0, 8, 0, 105, 0, 0, 0], &data])),
    ];
    for (name, link, frame) in cases {
        assert_all(link, &[(name, frame)]);
    }
}

#[test]
fn each_frame_of_an_aggregate_is_a_segment() {
    let llc = join(&[&[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &plain()]);
    let subframe = join(&[&[0; 12], &(llc.len() as u16).to_be_bytes(), &llc]);
    let padding = vec![0; subframe.len().next_multiple_of(4) - subframe.len()];
    let frame = join(&[&[0x88, 0x02], &[0; 22], &[0x80, 0], &subframe, &padding, &subframe]);
    let decoded = Decoded::new(105, &[frame]);
    let [first, second] = decoded.decoder.segments() else { panic!("two segments") };
    assert_eq!((first.packet, second.packet), (0, 0));
    assert_eq!(decoded.decoder.payload(&decoded.bytes, second), b"hello");
}

#[test]
fn encrypted_wireless_frames_are_counted() {
    let decoded = Decoded::new(105, &[join(&[&[0x08, 0x41], &[0; 60]])]);
    assert_eq!(decoded.decoder.undecoded().get("wlan_encrypted"), Some(&1));
}

#[test]
fn tunnels_over_ip() {
    let ip = plain();
    let gre = |header: &[u8], inside: &[u8]| over_ip(47, &join(&[header, inside]));
    let v6 = {
        let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, IpNumber::IPV4, &ip).unwrap();
        bytes
    };
    assert_all(
        RAW,
        &[
            ("IP in IP", over_ip(4, &ip)),
            ("IPv4 in IPv6", v6.clone()),
            ("IPv4 in IPv6 in IPv4", over_ip(41, &v6)),
            ("Ethernet in IP", over_ip(97, &join(&[&[0x30, 0], &bridged()]))),
            ("MPLS in IP", over_ip(137, &join(&[&[0, 1, 1, 64], &ip]))),
            ("AH", over_ip(51, &join(&[&[4, 4, 0, 0], &[0; 20], &ip]))),
            ("GRE", gre(&[0, 0, 8, 0], &ip)),
            ("GRE, all fields", gre(&[0xb0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], &ip)),
            ("GRE, bridging", gre(&[0x20, 0, 0x65, 0x58, 0, 0, 0, 0], &bridged())),
            ("GRE with a source route", {
                gre(&[0x40, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 4, 1, 1, 1, 1, 0, 0, 0, 0], &ip)
            }),
            ("PPTP", {
                let header = [0x30, 0x81, 0x88, 0x0b, 0, 50, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1];
                gre(&header, &join(&[&[0xff, 3, 0, 0x21], &ip]))
            }),
            ("WCCP", gre(&[0, 0, 0x88, 0x3e, 0, 0, 0, 0], &ip)),
            ("ERSPAN I", gre(&[0, 0, 0x88, 0xbe], &bridged())),
            ("ERSPAN II", gre(&[0x10, 0, 0x88, 0xbe], &join(&[&[0; 12], &bridged()]))),
            ("ERSPAN III", gre(&[0x10, 0, 0x22, 0xeb], &join(&[&[0; 16], &bridged()]))),
            ("ERSPAN III, platform", {
                gre(&[0x10, 0, 0x22, 0xeb], &join(&[&[0; 15], &[1], &[0; 8], &bridged()]))
            }),
        ],
    );
}

#[test]
fn tunnels_over_udp() {
    let ip = plain();
    let wlan = join(&[&[0x01, 0x08], &[0; 22], &[0xaa, 0xaa, 3, 0, 0, 0, 8, 0], &ip]);
    let gtp = |flags: u8, more: &[u8]| {
        let len = (ip.len() + more.len()) as u16;
        over_udp(2152, &join(&[&[flags, 255], &len.to_be_bytes(), &[0; 4], more, &ip]))
    };
    let v6 = {
        let builder = PacketBuilder::ipv6([1; 16], [2; 16], 64);
        let mut bytes = Vec::new();
        builder.write(&mut bytes, IpNumber::IPV4, &ip).unwrap();
        bytes
    };
    assert_all(
        RAW,
        &[
            ("VXLAN", over_udp(4789, &join(&[&[8, 0, 0, 0, 0, 0, 7, 0], &bridged()]))),
            ("VXLAN, Linux", over_udp(8472, &join(&[&[8, 0, 0, 0, 0, 0, 7, 0], &bridged()]))),
            ("VXLAN-GPE", over_udp(4790, &join(&[&[0x0c, 0, 0, 1, 0, 0, 7, 0], &ip]))),
            ("GENEVE", {
                let header = [1, 0, (BRIDGING >> 8) as u8, BRIDGING as u8, 0, 0, 7, 0, 0, 1, 2, 0];
                over_udp(6081, &join(&[&header, &bridged()]))
            }),
            ("GTP", gtp(0x30, &[])),
            ("GTP with a sequence number", gtp(0x32, &[0, 1, 0, 0])),
            ("GTP with an extension", gtp(0x34, &[0, 0, 0, 0x85, 1, 0, 9, 0])),
            ("L2TP", over_udp(1701, &join(&[&[0, 2, 0, 1, 0, 1, 0xff, 3, 0, 0x21], &ip]))),
            ("L2TP, all fields", {
                let header = [0x4a, 2, 0, 80, 0, 1, 0, 1, 0, 0, 0, 0, 0, 2, 9, 9, 0xff, 3, 0, 0x21];
                over_udp(1701, &join(&[&header, &ip]))
            }),
            ("Teredo", over_udp(3544, &join(&[&[0, 0, 1, 2, 3, 4, 5, 6], &v6]))),
            ("MPLS", over_udp(6635, &join(&[&[0, 1, 1, 64], &ip]))),
            ("CAPWAP", over_udp(5247, &join(&[&[0, 0x10, 0x03, 0, 0, 0, 0, 0], &wlan]))),
        ],
    );
}

#[test]
fn a_tunnel_without_ip_in_it_is_a_conversation_itself() {
    let arp = ethernet(0x0806, &[0; 28]);
    let vxlan = over_udp(4789, &join(&[&[8, 0, 0, 0, 0, 0, 7, 0], &arp]));
    let decoded = Decoded::new(RAW, &[vxlan]);
    assert_eq!(decoded.only().kind, finwhale::net::Kind::Udp);
    let gre = over_ip(47, &join(&[&[0, 0, 8, 6], &[0; 28]]));
    assert_eq!(Decoded::new(RAW, &[gre]).only().kind, finwhale::net::Kind::Other);
}

#[test]
fn tunnels_end_somewhere() {
    let deep = (0..60).fold(plain(), |inside, _| over_ip(4, &inside));
    let decoded = Decoded::new(RAW, &[deep]);
    assert_eq!(decoded.only().kind, finwhale::net::Kind::Other);
}
