//! Packets to segments, against packets that etherparse builds and against tshark on real captures.

mod tshark;

use etherparse::PacketBuilder;
use finwhale::limits::Limits;
use finwhale::net::{Decoder, Kind, Segment, flags, tcp_options};
use finwhale::source::{Batch, Packet};
use finwhale::units::Time;

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
        let (mut bytes, mut packets) = (Vec::new(), Vec::new());
        for (frame, wire) in frames.iter().zip(wires) {
            bytes.extend_from_slice(b"record header");
            packets.push(Packet {
                at: bytes.len() as u32,
                captured: frame.len() as u32,
                wire: *wire as u32,
                link,
                interface: 0,
                time: Time(packets.len() as i64),
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
    let there = PacketBuilder::ipv4([10, 0, 0, 2], [10, 0, 0, 1], 64).udp(1000, 2000);
    let back = PacketBuilder::ipv4([10, 0, 0, 1], [10, 0, 0, 2], 64).udp(2000, 1000);
    let frames: Vec<_> = [there, back]
        .into_iter()
        .map(|builder| {
            let mut bytes = Vec::new();
            builder.write(&mut bytes, b"some payload").unwrap();
            bytes
        })
        .collect();
    let decoded = Decoded::new(101, &frames);
    let [a, b] = decoded.decoder.segments() else { panic!("two segments") };
    assert_eq!((a.key, a.hash, a.swapped), (b.key, b.hash, !b.swapped));
    assert_eq!((a.packet, b.packet), (0, 1));
}
