//! Packets to segments, against packets that etherparse builds and against tshark on real captures.

mod encapsulations;
#[path = "../common/files.rs"]
mod files;
mod fragments;
mod hostile;
mod icmp;
#[path = "../common/tshark.rs"]
mod installed;
mod tshark;

use etherparse::PacketBuilder;
use finwhale::limits::Limits;
use finwhale::net::{Decoder, Kind, Segment, flags, tcp_options};
use finwhale::source::{Batch, Packet};
use finwhale::units::Time;

/// LINKTYPE_*
const ETHERNET: u16 = 1;
const RAW: u16 = 101;

/// A decoder that has seen these frames as one batch.
struct Decoded {
    decoder: Decoder,
    bytes: Vec<u8>,
}

impl Decoded {
    fn new(link: u16, frames: &[Vec<u8>]) -> Self {
        let wires: Vec<_> = frames.iter().map(Vec::len).collect();
        Self::cut(link, frames, &wires)
    }

    /// `wires` are the lengths before a snap length cut the frames.
    fn cut(link: u16, frames: &[Vec<u8>], wires: &[usize]) -> Self {
        Self::all(link, frames, wires, 1)
    }

    /// Frames at a distance in time, nanoseconds.
    fn timed(link: u16, frames: &[Vec<u8>], distance: i64) -> Self {
        let wires: Vec<_> = frames.iter().map(Vec::len).collect();
        Self::all(link, frames, &wires, distance)
    }

    fn all(link: u16, frames: &[Vec<u8>], wires: &[usize], distance: i64) -> Self {
        let (mut bytes, mut packets) = (Vec::new(), Vec::new());
        for (frame, wire) in frames.iter().zip(wires) {
            bytes.extend_from_slice(b"record header");
            packets.push(Packet {
                at: bytes.len() as u32,
                captured: frame.len() as u32,
                wire: *wire as u32,
                link,
                interface: 0,
                time: Time(packets.len() as i64 * distance),
            });
            bytes.extend_from_slice(frame);
        }
        let mut decoder = Decoder::new(&Limits::default(), 7);
        decoder.decode(&Batch { bytes: &bytes, packets: &packets, first: 1 });
        Self { decoder, bytes }
    }

    fn only(&self) -> &Segment {
        let segments = self.decoder.segments();
        assert_eq!(segments.len(), 1, "{segments:?} {:?}", self.decoder.undecoded());
        &segments[0]
    }

    fn payload(&self) -> &[u8] {
        self.decoder.payload(&self.bytes, self.only())
    }
}

fn ipv4() -> etherparse::PacketBuilderStep<etherparse::IpHeaders> {
    PacketBuilder::ipv4([10, 0, 0, 2], [10, 0, 0, 1], 61)
}

fn syn(builder: etherparse::PacketBuilderStep<etherparse::IpHeaders>) -> Vec<u8> {
    use etherparse::TcpOptionElement::{MaximumSegmentSize, SelectiveAcknowledgementPermitted};
    let mut bytes = Vec::new();
    let options = [MaximumSegmentSize(1460), SelectiveAcknowledgementPermitted];
    let tcp = builder.tcp(50_000, 443, 0x0102_0304, 64_240).syn().options(&options).unwrap();
    tcp.write(&mut bytes, b"hello").unwrap();
    bytes
}

fn udp(
    builder: etherparse::PacketBuilderStep<etherparse::IpHeaders>,
    ports: (u16, u16),
    payload: &[u8],
) -> Vec<u8> {
    let mut bytes = Vec::new();
    builder.udp(ports.0, ports.1).write(&mut bytes, payload).unwrap();
    bytes
}

fn ethernet(kind: u16, inside: &[u8]) -> Vec<u8> {
    [&[0; 12][..], &kind.to_be_bytes(), inside].concat()
}

fn assert_syn(decoded: &Decoded) {
    let segment = decoded.only();
    assert_eq!(segment.kind, Kind::Tcp);
    assert_eq!((segment.seq, segment.window), (0x0102_0304, 64_240));
    assert_eq!(segment.flags, flags::SYN);
    assert_eq!(decoded.payload(), b"hello");
    let options = tcp_options(decoded.decoder.options(&decoded.bytes, segment));
    assert_eq!((options.mss, options.sack_permitted), (Some(1460), true));
    assert_eq!(segment.key.ports, if segment.swapped { [443, 50_000] } else { [50_000, 443] });
}

#[test]
fn plain_ethernet() {
    let decoded = Decoded::new(1, &[ethernet(0x0800, &syn(ipv4()))]);
    assert_syn(&decoded);
    let segment = decoded.only();
    assert!(segment.swapped);
    assert_eq!(segment.key.addr(0).to_string(), "10.0.0.1");
    assert_eq!(segment.key.addr(1).to_string(), "10.0.0.2");
    assert_eq!((segment.ttl, segment.wire_len), (61, 5));
}

#[test]
fn both_directions_are_one_conversation() {
    let there = PacketBuilder::ipv4([10, 0, 0, 2], [10, 0, 0, 1], 64);
    let back = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64);
    let frames =
        [udp(there, (1000, 2000), b"some payload"), udp(back, (2000, 1000), b"some payload")];
    let decoded = Decoded::new(RAW, &frames);
    let [a, b] = decoded.decoder.segments() else { panic!("two segments") };
    assert_eq!((a.key, a.hash, a.swapped), (b.key, b.hash, !b.swapped));
    assert_eq!((a.packet, b.packet), (0, 1));
}

#[test]
fn a_snap_length_cuts_the_payload_only() {
    let frame = ethernet(0x0800, &syn(ipv4()));
    let wire = frame.len();
    let decoded = Decoded::cut(ETHERNET, &[frame[..wire - 3].to_vec()], &[wire]);
    assert_eq!((decoded.only().len, decoded.only().wire_len), (2, 5));
    assert_eq!(decoded.payload(), b"he");
}

#[test]
fn a_snap_length_within_the_options_leaves_the_segment() {
    let frame = ethernet(0x0800, &syn(ipv4()));
    let decoded = Decoded::cut(ETHERNET, &[frame[..58].to_vec()], &[frame.len()]);
    let segment = decoded.only();
    assert_eq!((segment.len, segment.wire_len, segment.options_len), (0, 5, 4));
    let options = tcp_options(decoded.decoder.options(&decoded.bytes, segment));
    assert_eq!(options.mss, Some(1460));
}

#[test]
fn offloaded_segments_have_no_ip_length() {
    let mut frame = ethernet(0x0800, &syn(ipv4()));
    frame[16..18].fill(0);
    assert_syn(&Decoded::new(ETHERNET, &[frame]));
}

#[test]
fn ipv6_with_extension_headers() {
    let mut frame = syn(PacketBuilder::ipv6([1; 16], [2; 16], 64));
    // Hop-by-hop options and destination options, eight bytes each.
    let extensions = [60, 0, 1, 4, 0, 0, 0, 0, 6, 0, 1, 4, 0, 0, 0, 0];
    frame[6] = 0;
    frame[5] += extensions.len() as u8;
    frame.splice(40..40, extensions);
    let decoded = Decoded::new(RAW, &[frame]);
    assert_syn(&decoded);
    assert!(decoded.only().key.v6 && decoded.only().dont_fragment);
}

#[test]
fn ipv4_with_options() {
    let mut frame = syn(ipv4());
    frame[0] = 0x46;
    frame[3] += 4;
    frame.splice(20..20, [1, 1, 1, 1]);
    assert_syn(&Decoded::new(RAW, &[frame]));
}

#[test]
fn what_is_no_ip_is_counted() {
    let frames = [ethernet(0x0806, &[0; 46]), ethernet(0x88cc, &[0; 46]), vec![0; 9]];
    let decoded = Decoded::new(ETHERNET, &frames);
    assert!(decoded.decoder.segments().is_empty());
    let counts: Vec<_> = decoded.decoder.undecoded().iter().map(|(why, n)| (*why, *n)).collect();
    assert_eq!(counts, [("header_cut", 1), ("not_ip", 2)]);
}

#[test]
fn a_bad_data_offset_is_counted() {
    let mut short = ethernet(0x0800, &syn(ipv4()));
    let mut long = short.clone();
    (short[46], long[46]) = (0x40, 0xf0);
    let decoded = Decoded::new(ETHERNET, &[short, long]);
    assert_eq!(decoded.decoder.undecoded().get("bad_tcp_header"), Some(&2));
}

#[test]
fn options_that_lie_about_their_length() {
    let options =
        tcp_options(&[1, 3, 3, 7, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2, 5, 10, 0, 0, 0, 3, 0, 0, 0, 4]);
    assert_eq!((options.window_scale, options.timestamp), (Some(7), Some((1, 2))));
    assert_eq!(options.sack[..], [(3, 4)]);
    assert_eq!(tcp_options(&[2, 0]), tcp_options(&[2, 40, 1]));
    assert_eq!(tcp_options(&[0, 2, 4, 5, 0xb4]).mss, None);
}
