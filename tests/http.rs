//! Responses of real captures, healthy ones too, against what tshark counted (`expected.jsonl` of the folder that
//! FINWHALE_CORPUS names).

use finwhale::facts::{Capture, Kept};
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline};
use finwhale::proto::Fact;
use finwhale::source::memory;
use finwhale::trust::Trust;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::ops::ControlFlow;
use std::path::Path;

/// Responses by status.
#[derive(Default)]
struct Responses(BTreeMap<u16, u64>);

impl FactSink for Responses {
    fn fact(&mut self, _: &str, kept: &Kept) {
        if let Fact::Http(exchange) = &kept.emitted.fact
            && let Some(status) = exchange.status
        {
            *self.0.entry(status).or_default() += 1;
        }
    }
    fn capture(&mut self, _: &Capture) {}
    fn progress(&mut self, _: u64) -> ControlFlow<()> {
        ControlFlow::Continue(())
    }
}

fn responses(path: &Path) -> Option<Responses> {
    let limits = Limits::default();
    let mut source = memory::capture(fs::read(path).ok()?, &limits).ok()?;
    let mut pipeline = Pipeline::new(limits, Trust::load(&[]).ok()?, None);
    let mut found = Responses::default();
    pipeline.read("", &mut *source, &mut found).ok()?;
    pipeline.finish(&mut found);
    Some(found)
}

/// What tshark counted, by status. Interim responses other than 100 are no exchanges here.
fn counted(entry: &Value) -> BTreeMap<u16, u64> {
    let statuses = entry["http_status_counts"].as_object().into_iter().flatten();
    let counts =
        statuses.filter_map(|(status, count)| Some((status.parse().ok()?, count.as_u64()?)));
    counts.filter(|(status, _)| !matches!(status, 102..=199)).collect()
}

#[test]
fn responses_are_those_that_tshark_saw() {
    let Some(corpus) = std::env::var_os("FINWHALE_CORPUS") else {
        return println!("FINWHALE_CORPUS is not set: nothing to compare with");
    };
    let corpus = Path::new(&corpus);
    let expected =
        fs::read_to_string(corpus.join("expected.jsonl")).expect("a folder with expected.jsonl");
    let (mut want, mut same, mut different) = (0, 0, Vec::new());
    for entry in expected.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
        let (name, counted) = (entry["file"].as_str().unwrap_or_default(), counted(&entry));
        // SSDP speaks the same words over UDP.
        if !entry["protocols"]["ssdp"].is_null() {
            continue;
        }
        let Some(found) = responses(&corpus.join(name)).filter(|_| !counted.is_empty()) else {
            continue;
        };
        for (status, count) in counted {
            let ours = found.0.get(&status).copied().unwrap_or(0);
            want += count;
            same += ours.min(count);
            if ours != count {
                different.push(format!("{name}: {status}: {ours}, tshark has {count}"));
            }
        }
    }
    println!("{same} of {want} responses\n{}", different.join("\n"));
    assert!(same * 100 >= want * 99, "{}", different.join("\n"));
}
