//! Makes a capture of any size out of captures/, and says beside it what is to be found in it.
//!
//! `cargo run --release --example generate -- --mix office --size 4G --out office.pcap` writes `office.pcap` and
//! `office.truth.json`. See `generate/mod.rs` for how.

#[path = "generate/mod.rs"]
mod generator;

use clap::Parser;
use generator::case::load;
use generator::mix::{MIXES, Mix};
use generator::schedule::{Plan, Truth, generate};
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// Makes a capture of any size out of the cases in captures/.
#[derive(Parser)]
#[command(name = "generate", after_help = mixes())]
struct Args {
    /// What it is mixed of
    #[arg(long, value_parser = mix, default_value = "office")]
    mix: &'static Mix,
    /// How large it is, such as 64M or 4G
    #[arg(long, value_parser = size, default_value = "1G")]
    size: u64,
    /// The same seed gives the same bytes
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where it goes; the truth goes beside it
    #[arg(long, default_value = "generated.pcap")]
    out: PathBuf,
    /// The cases
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/captures"))]
    cases: PathBuf,
}

fn mixes() -> String {
    let lines = MIXES.iter().map(|mix| format!("  {:<10} {}\n", mix.name, mix.about));
    format!("Mixes:\n{}", lines.collect::<String>())
}

fn mix(name: &str) -> Result<&'static Mix, String> {
    let mix = MIXES.iter().find(|mix| mix.name == name);
    mix.ok_or_else(|| format!("mixes are {}", MIXES.map(|mix| mix.name).join(", ")))
}

/// A number, with K, M or G behind it for powers of 1024.
fn size(word: &str) -> Result<u64, String> {
    let (digits, shift) = match word.as_bytes().last() {
        Some(b'K') => (&word[..word.len() - 1], 10),
        Some(b'M') => (&word[..word.len() - 1], 20),
        Some(b'G') => (&word[..word.len() - 1], 30),
        _ => (word, 0),
    };
    let number: u64 = digits.parse().map_err(|_| "a number, with K, M or G".to_owned())?;
    number.checked_shl(shift).filter(|size| size >> shift == number).ok_or("too large".to_owned())
}

fn main() -> io::Result<()> {
    let args = Args::parse();
    let plan = Plan { mix: args.mix, size: args.size, seed: args.seed };
    let cases = load(&args.cases)?;
    let out = BufWriter::with_capacity(1 << 20, File::create(&args.out)?);
    let truth = generate(&cases, plan, out)?;
    let beside = args.out.with_extension("truth.json");
    write_json(&beside, &truth)?;
    let (path, flows) = (args.out.display(), truth.tally.flows);
    let (bytes, packets) = (truth.bytes, truth.packets);
    writeln!(io::stdout(), "{path}: {bytes} bytes, {packets} packets, {flows} conversations")
}

fn write_json(path: &Path, truth: &Truth) -> io::Result<()> {
    let mut text = serde_json::to_string_pretty(truth)?;
    text.push('\n');
    std::fs::write(path, text)
}
