//! Several threads say what one says, byte by byte: every capture of captures/ in small blocks, all of them in one large
//! capture, rotated sets, damage, and the command line.

use assert_cmd::Command;
use finwhale::facts::{Capture, Kept};
use finwhale::limits::Limits;
use finwhale::pipeline::{FactSink, Pipeline, Threads};
use finwhale::report::json::Ndjson;
use finwhale::report::text::{Length, Report};
use finwhale::rules;
use finwhale::source::memory::{self, Owned};
use finwhale::source::write::{Blocks, Order, Record, Variant, pcap};
use finwhale::source::{self, Input};
use finwhale::trust::{Anchors, Trust};
use finwhale::units::{SECOND, Time};
use std::fs;
use std::path::{Path, PathBuf};

const JOBS: [usize; 4] = [2, 3, 4, 8];
/// Blocks so small that most captures have many: their ends lie anywhere.
const BLOCK_BYTES: u64 = 3000;

/// Writes every fact.
struct Everything<'a>(Ndjson<&'a mut Vec<u8>>);

impl FactSink for Everything<'_> {
    fn fact(&mut self, path: &str, kept: &Kept) {
        self.0.fact(path, kept).expect("a vector takes all");
    }
    fn capture(&mut self, capture: &Capture) {
        self.0.capture(capture).expect("a vector takes all");
    }
}

/// All facts and findings, then the text.
fn report(files: &[PathBuf], threads: Threads, memory: u64) -> String {
    let limits = Limits::new(memory);
    let trust = Trust::load(&[Anchors::Mozilla]).expect("built in");
    let mut pipeline = Pipeline::new(limits, trust, None).with_threads(threads);
    let mut all = Vec::new();
    let mut sink = Everything(Ndjson::new(&mut all));
    for file in files {
        let mut source = source::open(&Input::File(file.clone()), &limits).expect("is a capture");
        pipeline.read(&file.display().to_string(), source.as_mut(), &mut sink).expect("is read");
    }
    let facts = pipeline.finish(&mut sink);
    let findings = rules::diagnose(&facts);
    sink.0.finish(&facts, &findings).expect("a vector takes all");
    let length = Length::Long;
    let text = Report { facts: &facts, findings: &findings, hidden: 0, length, width: 100 };
    text.write(&mut all).expect("a vector takes all");
    String::from_utf8(all).expect("reports are UTF-8")
}

/// Compares one thread with several.
fn agree(files: &[PathBuf], memory: u64, block_bytes: u64) {
    let alone = report(files, Threads::new(1), memory);
    for jobs in JOBS {
        let threads = Threads { jobs, alone_bytes: 1, block_bytes };
        let together = report(files, threads, memory);
        let lines = alone.lines().zip(together.lines());
        for (number, (one, other)) in (1..).zip(lines) {
            assert_eq!(one, other, "-j {jobs}, line {number} of {files:?}");
        }
        assert_eq!(alone.len(), together.len(), "-j {jobs}: {files:?}");
    }
}

fn captures() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let folders = fs::read_dir(root).expect("captures/ is there");
    let files = folders.map(|folder| folder.expect("listed").path().join("capture.pcapng"));
    let mut files: Vec<_> = files.filter(|file| file.is_file()).collect();
    files.sort();
    files
}

/// The Ethernet packets of all captures of captures/, as if all were captured at the same time, `rounds` times over.
fn everything(rounds: i64) -> Vec<Owned> {
    let mut all = Vec::new();
    for (file, number) in captures().iter().zip(0..) {
        let bytes = fs::read(file).expect("is there");
        let mut source = memory::capture(bytes, &Limits::default()).expect("is a capture");
        let packets = memory::collect(source.as_mut()).expect("memory can be read");
        let first = packets.first().map_or(0, |one| one.packet.time.0);
        for mut one in packets.into_iter().filter(|one| one.packet.link == 1) {
            let since = (one.packet.time.0 - first).clamp(0, 600 * SECOND);
            one.packet.time = Time(1_600_000_000 * SECOND + number * 7_000_001 + since);
            all.push(one);
        }
    }
    all.sort_by_key(|one| one.packet.time);
    let again = |round| {
        let later = move |one: &Owned| {
            let mut one = one.clone();
            one.packet.time.0 += round * 5000 * SECOND;
            one
        };
        all.iter().map(later)
    };
    (0..rounds).flat_map(again).collect()
}

fn plain(packets: &[Owned]) -> Vec<u8> {
    let records = packets.iter();
    let records = records.map(|one| {
        let Owned { packet, bytes, .. } = one;
        Record { time: packet.time, wire: packet.wire, bytes }
    });
    let records: Vec<_> = records.collect();
    pcap(Order::Little, Variant::Nano, 1, &records)
}

fn file(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    fs::write(&path, bytes).expect("there is room");
    path
}

#[test]
fn every_capture_reads_the_same_in_small_blocks() {
    for capture in captures() {
        agree(&[capture], 1 << 30, BLOCK_BYTES);
    }
}

#[test]
fn all_captures_at_once_read_the_same_with_any_memory() {
    let folder = tempfile::tempdir().expect("a place to write");
    let file = file(folder.path(), "all.pcap", &plain(&everything(2)));
    for memory in [16 << 20, 64 << 20, 1 << 30] {
        agree(std::slice::from_ref(&file), memory, 100_000);
    }
}

#[test]
fn a_rotated_set_goes_on_over_files_and_another_capture_does_not() {
    let folder = tempfile::tempdir().expect("a place to write");
    let all = everything(1);
    let (one, other) = all.split_at(all.len() / 2);
    let files = [
        file(folder.path(), "1.pcap", &plain(one)),
        file(folder.path(), "2.pcap", &plain(other)),
        file(folder.path(), "3.pcap", &plain(one)),
    ];
    agree(&files, 1 << 30, 50_000);
}

/// A capture in a capture: records that lie in packets look like records, and are none.
#[test]
fn records_within_packets_are_taken_for_none() {
    let folder = tempfile::tempdir().expect("a place to write");
    let inner = plain(&everything(1)[..2000]);
    let carried: Vec<_> = inner
        .chunks(1400)
        .zip(0..)
        .map(|(bytes, number)| Record::new(Time((1_600_000_000 + number) * SECOND), bytes))
        .collect();
    let outer = pcap(Order::Little, Variant::Nano, 1, &carried);
    agree(&[file(folder.path(), "outer.pcap", &outer)], 1 << 30, BLOCK_BYTES);
}

#[test]
fn a_cut_and_an_absurd_length_are_told_alike() {
    let folder = tempfile::tempdir().expect("a place to write");
    let whole = plain(&everything(1)[..4000]);
    let cut = file(folder.path(), "cut.pcap", &whole[..whole.len() - 7]);
    let mut absurd = whole;
    let middle = absurd.len() / 2;
    absurd[middle..middle + 4096].fill(0xff);
    agree(&[cut], 1 << 30, BLOCK_BYTES);
    agree(&[file(folder.path(), "absurd.pcap", &absurd)], 1 << 30, BLOCK_BYTES);
}

/// Clocks that jump by days, statistics between packets, interfaces that come late: blocks end there and go on behind.
#[test]
fn blocks_of_many_kinds_are_read_one_by_one_and_blocks_of_packets_together() {
    let folder = tempfile::tempdir().expect("a place to write");
    let mut blocks = Blocks::new(Order::Big);
    blocks.interface(1, 0, &[]);
    for (one, number) in everything(1).iter().zip(0..) {
        let days = number / 3000 * 3;
        let micros = (one.packet.time.0 / 1000).unsigned_abs() + days * 86_400_000_000;
        blocks.packet(0, micros, one.packet.wire, &one.bytes);
        if number % 1000 == 999 {
            blocks.statistics(0, &[]);
        }
        if number % 2500 == 2499 {
            blocks.interface(1, 0, &[]);
        }
    }
    agree(&[file(folder.path(), "blocks.pcapng", &blocks.bytes())], 1 << 30, BLOCK_BYTES);
}

/// What the program prints, with its exit status.
fn run(arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut command = Command::cargo_bin("finwhale").expect("is built");
    let output = command.args(arguments).write_stdin(input).output().expect("runs");
    (output.status.code(), String::from_utf8(output.stdout).expect("reports are UTF-8"))
}

#[test]
fn the_command_line_prints_the_same_for_every_number_of_threads() {
    let folder = tempfile::tempdir().expect("a place to write");
    let bytes = plain(&everything(4));
    assert!(bytes.len() > 8 << 20, "more than one thread works alone: {}", bytes.len());
    let path = file(folder.path(), "all.pcap", &bytes).display().to_string();
    for options in [
        &["-f", "ndjson", "--facts", "all"][..],
        &["-f", "text"],
        &["--filter", "tcp port 443", "-f", "ndjson"],
        &["--memory", "16M", "-f", "ndjson", "--facts", "all"],
    ] {
        let with = |jobs, name| run(&[&["-j", jobs, name], options].concat(), &bytes);
        let alone = with("1", &path);
        for jobs in ["2", "3", "4", "8"] {
            assert!(with(jobs, &path) == alone, "-j {jobs} {options:?}");
        }
    }
    assert!(run(&["-j", "1", "-"], &bytes) == run(&["-j", "3", "-"], &bytes));
    assert_eq!(run(&["-j", "0", &path], &[]).0, Some(2));
}
