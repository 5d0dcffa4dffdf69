//! Packets and bytes per second of pass one: plain frames, and what takes the general way.

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etherparse::{IpHeaders, PacketBuilder, PacketBuilderStep};
use finwhale::limits::Limits;
use finwhale::net::Decoder;
use finwhale::source::{Batch, Packet};
use std::hint::black_box;

/// Packets of one batch, about what a source delivers at a time.
const PACKETS: usize = 1024;

fn ipv4() -> PacketBuilderStep<IpHeaders> {
    PacketBuilder::ethernet2([2; 6], [4; 6]).ipv4([10, 0, 0, 2], [10, 0, 0, 1], 64)
}

fn tcp(builder: PacketBuilderStep<IpHeaders>, payload: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    let builder = builder.tcp(50_000, 443, 1, 64_240).ack(1);
    builder.write(&mut bytes, &vec![0; payload]).expect("a vector takes all");
    bytes
}

fn udp(builder: PacketBuilderStep<IpHeaders>, payload: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    builder.udp(50_000, 53).write(&mut bytes, &vec![0; payload]).expect("a vector takes all");
    bytes
}

/// `packets` with room between them, as record headers leave it.
fn buffer(link: u16, frame: &[u8]) -> (Vec<u8>, Vec<Packet>) {
    let (mut bytes, mut packets) = (Vec::new(), Vec::new());
    for _ in 0..PACKETS {
        bytes.extend_from_slice(&[0; 16]);
        let (at, length) = (bytes.len() as u32, frame.len() as u32);
        packets.push(Packet { at, captured: length, wire: length, link, ..Packet::default() });
        bytes.extend_from_slice(frame);
    }
    (bytes, packets)
}

fn cooked(frame: &[u8]) -> Vec<u8> {
    [&[0; 14], &frame[12..]].concat()
}

fn tagged(frame: &[u8]) -> Vec<u8> {
    [&frame[..12], &[0x81, 0, 0, 7], &frame[12..]].concat()
}

/// An Ethernet frame in VXLAN.
fn vxlan(frame: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let inside = [&[8, 0, 0, 0, 0, 0, 7, 0], frame].concat();
    ipv4().udp(50_000, 4789).write(&mut bytes, &inside).expect("a vector takes all");
    bytes
}

fn decode(criterion: &mut Criterion) {
    let v6 = PacketBuilder::ethernet2([2; 6], [4; 6]).ipv6([1; 16], [2; 16], 64);
    let cases = [
        ("ipv4 tcp", 1, tcp(ipv4(), 200)),
        ("ipv4 tcp full", 1, tcp(ipv4(), 1400)),
        ("ipv4 udp", 1, udp(ipv4(), 60)),
        ("ipv6 tcp", 1, tcp(v6, 200)),
        ("vlan ipv4 tcp", 1, tagged(&tcp(ipv4(), 200))),
        ("cooked ipv4 tcp", 113, cooked(&tcp(ipv4(), 200))),
        ("vxlan ipv4 tcp", 1, vxlan(&tcp(ipv4(), 200))),
    ];
    let mut group = criterion.benchmark_group("net");
    for (name, link, frame) in &cases {
        let (bytes, packets) = buffer(*link, frame);
        let (elements, total) = (PACKETS as u64, (PACKETS * frame.len()) as u64);
        group.throughput(Throughput::ElementsAndBytes { elements, bytes: total });
        let mut decoder = Decoder::new(&Limits::default(), 1);
        let batch = Batch { bytes: &bytes, packets: &packets, first: 1 };
        group.bench_function(*name, |bencher| {
            bencher.iter(|| {
                decoder.decode(black_box(&batch));
                black_box(decoder.segments());
            });
        });
    }
    group.finish();
}

criterion_group!(benches, decode);
criterion_main!(benches);
