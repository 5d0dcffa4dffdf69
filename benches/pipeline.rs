//! The whole program but for its report: 16 MB of each mix on one thread, and the least that a capture costs.

#![allow(missing_docs, reason = "criterion's macros make undocumented functions")]

#[allow(dead_code, reason = "what the command line alone needs")]
#[path = "generate/mod.rs"]
mod generator;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use finwhale::limits::Limits;
use finwhale::pipeline::Pipeline;
use finwhale::rules;
use finwhale::source::read;
use finwhale::trust::{Anchors, Trust};
use generator::case::load;
use generator::mix::MIXES;
use generator::schedule::{Plan, generate};
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Bytes of each mix.
const SIZE: u64 = 16 << 20;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("captures")
}

fn triage(capture: &Arc<[u8]>) -> usize {
    let limits = Limits::default();
    let trust = Trust::load(&[Anchors::Mozilla]).expect("built in");
    let mut pipeline = Pipeline::new(limits, trust, None);
    let mut source = read(Box::new(Cursor::new(Arc::clone(capture))), &limits).expect("a capture");
    pipeline.read("capture", source.as_mut(), &mut ()).expect("memory can be read");
    rules::diagnose(&pipeline.finish(&mut ())).len()
}

fn mixes(c: &mut Criterion) {
    let cases = load(&cases()).expect("all cases can be used");
    let mut group = c.benchmark_group("pipeline");
    group.sample_size(10);
    for mix in &MIXES {
        let mut capture = Vec::new();
        let made = generate(&cases, Plan { mix, size: SIZE, seed: 1 }, &mut capture);
        let made = made.expect("a vector takes all");
        let (elements, bytes, capture) = (made.packets, made.bytes, capture.into());
        group.throughput(Throughput::ElementsAndBytes { elements, bytes });
        group.bench_function(mix.name, |bencher| bencher.iter(|| triage(&capture)));
    }
    group.finish();
}

/// What is the same for every capture: anchors, tables, rules.
fn least(c: &mut Criterion) {
    let path = cases().join("tcp-refused-v4/capture.pcapng");
    let capture = fs::read(path).expect("the case is there").into();
    c.bench_function("pipeline/one case", |bencher| bencher.iter(|| triage(&capture)));
}

criterion_group!(benches, mixes, least);
criterion_main!(benches);
