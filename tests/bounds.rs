//! Hostile input: every capture at hand as it is, cut, and with flipped bytes, in one process: no panic, bounded
//! memory, always a report.
//!
//! The captures are those of `captures/` and of the folder that FINWHALE_CORPUS names, where it is set.

use finwhale::facts::{Capture, Kept};
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline};
use finwhale::report::json::Ndjson;
use finwhale::report::text::{Length, Report};
use finwhale::rules;
use finwhale::source::memory;
use finwhale::trust::{Anchors, Trust};
use std::fs;
use std::path::{Path, PathBuf};

/// Cuts, and sets of flipped bytes, of each capture.
const VARIANTS: u64 = 8;
/// What the process may take at its peak, KiB.
const PEAK_KIB_MAX: u64 = 256 << 10;

/// A small generator with a fixed seed (SplitMix64).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next() % end.max(1) as u64).unwrap_or(0)
    }
}

/// Writes every fact, so that the report's own code meets the input too.
struct Everything(Ndjson<std::io::Sink>);

impl FactSink for Everything {
    fn fact(&mut self, path: &str, kept: &Kept) {
        self.0.fact(path, kept).expect("a sink takes all");
    }
    fn capture(&mut self, capture: &Capture) {
        self.0.capture(capture).expect("a sink takes all");
    }
}

/// Runs the whole program on these bytes; gives the report, or nothing when they are no capture.
fn triage(bytes: &[u8]) -> Option<String> {
    let limits = Limits::new(64 << 20);
    let mut source = memory::capture(bytes.to_vec(), &limits).ok()?;
    let trust = Trust::load(&[Anchors::Mozilla]).expect("built in");
    let mut pipeline = Pipeline::new(limits, trust, None);
    let mut sink = Everything(Ndjson::new(std::io::sink()));
    pipeline.read("capture", source.as_mut(), &mut sink).expect("memory can be read");
    let facts = pipeline.finish(&mut sink);
    let findings = rules::diagnose(&facts);
    let mut text = Vec::new();
    let report =
        Report { facts: &facts, findings: &findings, hidden: 0, length: Length::Long, width: 100 };
    report.write(&mut text).expect("a vector takes all");
    Some(String::from_utf8(text).expect("reports are UTF-8"))
}

fn captures(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<_> = fs::read_dir(folder).expect("is a folder").flatten().collect();
    entries.sort_by_key(fs::DirEntry::path);
    for path in entries.iter().map(fs::DirEntry::path) {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let text = [".tsv", ".jsonl", ".md", ".sh", ".py", ".txt", ".ndjson", ".java"];
        if path.is_dir() {
            captures(&path, found);
        } else if !text.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

/// The most memory that this process ever had, KiB; 0 where the system does not tell.
fn peak_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|word| word.parse().ok()).unwrap_or(0)
}

fn is_escaped(report: &str) -> bool {
    let styled = |c: char| c == '\u{1b}';
    report.chars().filter(|c| !styled(*c)).all(|c| c == '\n' || !c.is_control())
}

#[test]
fn no_capture_breaks_the_program() {
    let mut paths = Vec::new();
    captures(&Path::new(env!("CARGO_MANIFEST_DIR")).join("captures"), &mut paths);
    match std::env::var_os("FINWHALE_CORPUS") {
        Some(corpus) => captures(Path::new(&corpus), &mut paths),
        None => println!("FINWHALE_CORPUS is not set: captures/ alone is tested"),
    }
    let mut random = Random(2);
    let (mut runs, mut reports) = (0, 0);
    for path in &paths {
        let bytes = fs::read(path).expect("is readable");
        let mut run = |bytes: &[u8]| {
            runs += 1;
            let Some(report) = triage(bytes) else { return };
            reports += 1;
            assert!(!report.trim().is_empty(), "{}: an empty report", path.display());
            assert!(is_escaped(&report), "{}: control characters", path.display());
        };
        run(&bytes);
        for _ in 0..VARIANTS {
            run(&bytes[..random.below(bytes.len())]);
            let mut flipped = bytes.clone();
            for _ in 0..1 + flipped.len() / 200 {
                let at = random.below(flipped.len());
                if let Some(byte) = flipped.get_mut(at) {
                    *byte ^= 1 << random.below(8);
                }
            }
            run(&flipped);
        }
    }
    println!("{} captures, {runs} runs, {reports} reports, peak {} KiB", paths.len(), peak_kib());
    assert!(reports >= paths.len(), "most of them are captures");
    assert!(peak_kib() < PEAK_KIB_MAX, "{} KiB", peak_kib());
}
