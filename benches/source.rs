//! Packets and bytes per second of reading captures that lie in memory: the walk over records and one copy, no system calls.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use finwhale::limits::Limits;
use finwhale::source::read;
use finwhale::source::write::{self, Order, Record, Variant};
use finwhale::units::Time;
use std::hint::black_box;
use std::io::{Cursor, Write};
use std::sync::Arc;

/// Packets of one capture.
const PACKETS: i64 = 40_000;

/// A mean packet of handshake traffic, bytes.
const LENGTH: usize = 250;

fn packets(capture: &Arc<[u8]>) -> u64 {
    let reader = Box::new(Cursor::new(Arc::clone(capture)));
    let mut source = read(reader, &Limits::default()).expect("a capture");
    let mut count = 0;
    while let Some(batch) = source.next_batch().expect("memory is readable") {
        count += black_box(batch.packets).len() as u64;
    }
    count
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    writer.write_all(bytes).expect("a vector takes all");
    writer.finish().expect("a vector takes all")
}

fn captures() -> Vec<(&'static str, Vec<u8>)> {
    let payload: Vec<u8> = (0..LENGTH).map(|n| (n * n) as u8).collect();
    let records: Vec<_> = (0..PACKETS).map(|n| Record::new(Time(n * 1000), &payload)).collect();
    let pcap = write::pcap(Order::Little, Variant::Micro, 1, &records);
    let packed = gzip(&pcap);
    vec![
        ("pcap", pcap),
        ("pcap, big-endian", write::pcap(Order::Big, Variant::Micro, 1, &records)),
        ("pcap, modified", write::pcap(Order::Little, Variant::Modified, 1, &records)),
        ("pcapng", write::pcapng(Order::Little, 1, &records)),
        ("pcapng, big-endian", write::pcapng(Order::Big, 1, &records)),
        ("pcap in gzip", packed),
    ]
}

fn source(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("source");
    for (name, capture) in captures() {
        let capture: Arc<[u8]> = capture.into();
        assert_eq!(packets(&capture), PACKETS as u64);
        let elements = PACKETS as u64;
        group
            .throughput(Throughput::ElementsAndBytes { elements, bytes: elements * LENGTH as u64 });
        group.bench_with_input(BenchmarkId::from_parameter(name), &capture, |bencher, capture| {
            bencher.iter(|| packets(capture));
        });
    }
    group.finish();
}

criterion_group!(benches, source);
criterion_main!(benches);
