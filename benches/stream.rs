//! The flow engine: one long connection with application data that is passed over by length, requests, or plain bytes;
//! and finding the conversation of a packet among few and many.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use etherparse::PacketBuilder;
use finwhale::flow::Engine;
use finwhale::limits::Limits;
use finwhale::net::Decoder;
use finwhale::source::{Batch, Packet};
use finwhale::units::Time;
use std::hint::black_box;

/// Segments of a full Ethernet frame.
const SEGMENT: usize = 1460;

/// Appends a segment of a client to a batch.
fn push(batch: &mut (Vec<u8>, Vec<Packet>), client: [u8; 4], seq: u32, payload: &[u8]) {
    let (bytes, packets) = batch;
    let at = bytes.len();
    PacketBuilder::ethernet2([2; 6], [4; 6])
        .ipv4(client, [192, 0, 2, 10], 64)
        .tcp(50_000, 443, seq, 64_000)
        .ack(1)
        .write(bytes, payload)
        .expect("a vector takes all");
    let length = u32::try_from(bytes.len() - at).expect("small");
    let at = u32::try_from(at).expect("small");
    let time = Time(1_000_000_000);
    packets.push(Packet { at, captured: length, wire: length, link: 1, interface: 0, time });
}

/// The packets that carry `stream` from the client's side.
fn packets(stream: &[u8]) -> (Vec<u8>, Vec<Packet>) {
    let mut batch = Default::default();
    for (index, payload) in stream.chunks(SEGMENT).enumerate() {
        let seq = u32::try_from(index * SEGMENT).expect("a small stream");
        push(&mut batch, [10, 0, 0, 5], seq, payload);
    }
    batch
}

/// One acknowledgement in each of so many conversations.
fn acknowledgements(conversations: u32) -> (Vec<u8>, Vec<Packet>) {
    let mut batch = Default::default();
    for number in 0..conversations {
        push(&mut batch, (0x0a00_0000 + number).to_be_bytes(), 1, &[]);
    }
    batch
}

/// Application-data records of the largest size.
fn tls() -> Vec<u8> {
    let record = [&[23, 3, 3, 0x40, 0][..], &[0xaa; 0x4000]].concat();
    record.repeat(500)
}

/// Requests one behind the other, as they reach a busy server.
fn http() -> Vec<u8> {
    let request = b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench/1.0\r\n\
        Accept: text/html\r\nAccept-Encoding: gzip\r\nConnection: keep-alive\r\n\r\n";
    request.repeat(5000)
}

fn throughput(bytes: &[u8], packets: &[Packet]) -> Throughput {
    Throughput::ElementsAndBytes { elements: packets.len() as u64, bytes: bytes.len() as u64 }
}

fn engine(c: &mut Criterion) {
    let mut group = c.benchmark_group("stream");
    let streams = [
        ("tls application data", tls()),
        ("http requests", http()),
        ("plain", vec![b'x'; 8 << 20]),
    ];
    for (name, stream) in streams {
        let (bytes, packets) = packets(&stream);
        let batch = Batch { bytes: &bytes, packets: &packets, first: 1 };
        let limits = Limits::default();
        let mut decoder = Decoder::new(&limits, 1);
        decoder.decode(&batch);
        group.throughput(throughput(&bytes, &packets));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                let mut engine = Engine::new(limits, 1);
                engine.batch(&decoder, black_box(&batch), 0, |_| ());
                engine.finish(|_| ())
            });
        });
    }
    group.finish();
}

/// A packet of a known conversation that says nothing new: what it costs to find the conversation.
fn lookup(c: &mut Criterion) {
    let mut group = c.benchmark_group("lookup");
    for conversations in [1_000, 100_000] {
        let (bytes, packets) = acknowledgements(conversations);
        let batch = Batch { bytes: &bytes, packets: &packets, first: 1 };
        let limits = Limits::default();
        let (mut decoder, mut engine) = (Decoder::new(&limits, 1), Engine::new(limits, 1));
        decoder.decode(&batch);
        group.throughput(throughput(&bytes, &packets));
        group.bench_function(format!("{conversations} conversations"), |bencher| {
            bencher.iter(|| engine.batch(&decoder, black_box(&batch), 0, |_| ()));
        });
    }
    group.finish();
}

criterion_group!(benches, engine, lookup);
criterion_main!(benches);
