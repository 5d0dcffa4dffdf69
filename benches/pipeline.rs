//! The whole program but for its report, on all of captures/.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use finwhale::facts::{Capture, Kept};
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline};
use finwhale::rules;
use finwhale::source::memory;
use finwhale::trust::{Anchors, Trust};
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

struct Nobody;

impl FactSink for Nobody {
    fn fact(&mut self, _: &str, _: &Kept) {}
    fn capture(&mut self, _: &Capture) {}
    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn captures() -> Vec<Vec<u8>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let folders = fs::read_dir(root).expect("captures/ is there").flatten();
    folders.filter_map(|folder| fs::read(folder.path().join("capture.pcapng")).ok()).collect()
}

fn triage(capture: &[u8]) -> usize {
    let limits = Limits::default();
    let trust = Trust::load(&[Anchors::Mozilla]).expect("built in");
    let mut pipeline = Pipeline::new(limits, trust, None);
    let mut source = memory::capture(capture.to_vec(), &limits).expect("a capture");
    pipeline.read("capture", source.as_mut(), &mut Nobody).expect("memory can be read");
    rules::diagnose(&pipeline.finish(&mut Nobody)).len()
}

fn pipeline(c: &mut Criterion) {
    let captures = captures();
    let mut group = c.benchmark_group("pipeline");
    group.throughput(Throughput::Bytes(captures.iter().map(|bytes| bytes.len() as u64).sum()));
    group.bench_function("captures", |bencher| {
        bencher.iter(|| captures.iter().map(|capture| triage(capture)).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, pipeline);
criterion_main!(benches);
