//! The generator of large captures: what it makes is what it says, and the same each time.

#[allow(dead_code, reason = "what the command line alone needs")]
#[path = "../benches/generate/mod.rs"]
mod generator;

use assert_cmd::Command;
use generator::case::{Case, load};
use generator::mix::MIXES;
use generator::schedule::{Plan, Truth, generate};
use generator::tally::Tally;
use std::fs;
use std::path::Path;

const MEGABYTE: u64 = 1 << 20;

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    load(&folder).expect("all cases can be used")
}

fn made(cases: &[Case], plan: Plan) -> (Vec<u8>, Truth) {
    let mut bytes = Vec::new();
    let truth = generate(cases, plan, &mut bytes).expect("a vector takes all");
    (bytes, truth)
}

/// What the program finds in a capture.
fn found(capture: &[u8]) -> Tally {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    fs::write(file.path(), capture).expect("can be written");
    let mut command = Command::cargo_bin("finwhale").expect("is built");
    command.args(["--format", "ndjson", "--facts", "all"]).arg(file.path());
    let report = String::from_utf8(command.output().expect("runs").stdout).expect("is UTF-8");
    Tally::of(&report).expect("is JSON")
}

#[test]
fn what_is_found_in_each_mix_is_what_was_put_in() {
    let cases = cases();
    for mix in &MIXES {
        let (capture, truth) = made(&cases, Plan { mix, size: 4 * MEGABYTE, seed: 7 });
        assert_eq!(truth.bytes, capture.len() as u64);
        assert_eq!(found(&capture), truth.tally, "{}", mix.name);
    }
}

#[test]
fn the_same_seed_makes_the_same_bytes() {
    let cases = cases();
    let plan = Plan { mix: &MIXES[0], size: MEGABYTE, seed: 7 };
    let (one, _) = made(&cases, plan);
    let (other, _) = made(&cases, plan);
    assert!(one == other, "two runs differ");
    let (another, _) = made(&cases, Plan { seed: 8, ..plan });
    assert!(one != another, "two seeds do not differ");
}

#[test]
fn a_capture_is_about_as_large_as_was_asked_for() {
    let cases = cases();
    for mix in &MIXES {
        let (capture, _) = made(&cases, Plan { mix, size: 8 * MEGABYTE, seed: 7 });
        let off = (capture.len() as u64).abs_diff(8 * MEGABYTE);
        assert!(off < MEGABYTE, "{}: {} bytes", mix.name, capture.len());
    }
}
