//! Exchanges of DNS in captures against what tshark reads there: errors frame by frame, and questions without an answer.
//! The captures are those of `captures/` and of the folder that FINWHALE_CORPUS names, where it is set.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stderr)]

#[path = "common/corpus.rs"]
mod corpus;
#[path = "common/facts.rs"]
mod facts;

use corpus::corpus;
use facts::each_fact;
use finwhale::proto::Fact;
use finwhale::proto::dns::{Dialect, Exchange};
use finwhale::units::At;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Errors that both sides have to have in common.
const AGREEMENT: f64 = 0.98;

type Exchanges = Vec<(At, Exchange)>;

fn exchanges(path: &Path) -> Option<Exchanges> {
    let mut found = Exchanges::new();
    each_fact(path, |kept| {
        if let Fact::Dns(exchange) = &kept.emitted.fact {
            found.push((kept.emitted.at, (**exchange).clone()));
        }
    })?;
    Some(found)
}

/// An error: its frame, the RCODE without the bits of EDNS (as tshark counts), the name asked for.
type Error = (u64, u64, String);

fn ours(found: &[(At, Exchange)]) -> BTreeSet<Error> {
    let plain = found.iter().filter(|(_, exchange)| exchange.dialect == Dialect::Dns);
    let errors = plain.filter_map(|(at, exchange)| {
        let rcode = u64::from(exchange.answer.as_ref()?.rcode & 0xf);
        Some((at.frame.number(), rcode, exchange.qname.to_string()))
    });
    errors.filter(|(_, rcode, _)| *rcode != 0).collect()
}

/// What tshark prints of the messages that `filter` selects, line by line; `None` where it is not installed.
fn tshark(path: &Path, filter: &str, fields: &[&str]) -> Option<Vec<Vec<String>>> {
    let mut command = Command::new("tshark");
    command.args(["-n", "-T", "fields", "-Y", filter, "-r"]).arg(path);
    for field in fields {
        command.args(["-e", field]);
    }
    let output = command.output();
    let output = output.inspect_err(|_| eprintln!("tshark is not installed: not compared")).ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Some(text.lines().map(|line| line.split('\t').map(str::to_owned).collect()).collect())
}

#[test]
fn tshark_sees_the_same_errors_in_captures() {
    let mut compared = 0;
    for path in captures() {
        let filter = "dns.flags.response == 1 && dns.flags.rcode != 0";
        let Some(lines) =
            tshark(&path, filter, &["frame.number", "dns.flags.rcode", "dns.qry.name"])
        else {
            return;
        };
        let number = |text: Option<&String>| text.and_then(|text| text.parse::<u64>().ok());
        let theirs: BTreeSet<Error> = lines
            .iter()
            .filter_map(|line| {
                let name = line.get(2)?.to_lowercase();
                Some((number(line.first())?, number(line.get(1))?, name))
            })
            .collect();
        assert_eq!(ours(&exchanges(&path).expect("is read")), theirs, "{}", path.display());
        compared += theirs.len();
    }
    eprintln!("{compared} errors compared");
}

#[test]
fn questions_that_tshark_finds_without_an_answer_have_none() {
    for path in captures() {
        let fields = ["frame.number", "dns.id", "udp.stream", "dns.qry.name", "dns.flags.response"];
        let Some(lines) = tshark(&path, "udp.port == 53 && dns.flags.opcode == 0", &fields) else {
            return;
        };
        let part = |line: &[String], at: usize| line.get(at).cloned().unwrap_or_default();
        let is_answer = |line: &[String]| matches!(&*part(line, 4), "1" | "True");
        // The same question, with the same id, may go to several resolvers.
        let asked = |line: &[String]| (part(line, 1), part(line, 2));
        let answered: BTreeSet<_> =
            lines.iter().filter(|line| is_answer(line)).map(|line| asked(line)).collect();
        let silent =
            lines.iter().filter(|line| !is_answer(line) && !answered.contains(&asked(line)));
        let theirs: BTreeSet<_> = silent.map(|line| (asked(line), part(line, 3))).collect();
        let found = exchanges(&path).expect("is read");
        let unanswered = found.iter().filter(|(_, exchange)| {
            let plain = exchange.dialect == Dialect::Dns && exchange.opcode == 0;
            plain && exchange.answer.is_none()
        });
        assert_eq!(unanswered.count(), theirs.len(), "{}: {theirs:?}", path.display());
    }
}

/// The captures of `captures/` whose names speak of names.
fn captures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("captures");
    let entries = fs::read_dir(folder).expect("captures/ is there").flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path().join("capture.pcapng")).collect();
    paths.retain(|path| {
        let name = path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
        path.is_file() && ["dns", "name-fallback", "story1"].iter().any(|word| name.contains(word))
    });
    paths.sort();
    paths
}

#[test]
fn real_captures_have_the_errors_that_tshark_finds() {
    let Some((folder, rows)) = corpus() else { return };
    let (mut expected, mut hit, mut extra) = (0, 0, 0);
    for entry in &rows {
        let (file, format) = (entry["file"].as_str().unwrap_or(""), &entry["format"]);
        let errors = entry["dns_errors"].as_array();
        let Some(errors) = errors.filter(|_| format == "pcap" || format == "pcapng") else {
            continue;
        };
        // Damaged on purpose: what lies in the damage is anybody's guess.
        if file.to_lowercase().contains("fuzz") {
            continue;
        }
        let theirs: BTreeSet<_> = errors
            .iter()
            .filter(|error| error["proto"].is_null())
            .filter_map(|error| Some((error["frame"].as_u64()?, error["rcode"].as_u64()?)))
            .collect();
        let Some(found) = exchanges(&folder.join(file)) else { continue };
        let ours: BTreeSet<_> =
            ours(&found).into_iter().map(|(frame, rcode, _)| (frame, rcode)).collect();
        expected += theirs.len();
        hit += theirs.intersection(&ours).count();
        extra += ours.difference(&theirs).count();
    }
    eprintln!("{hit} of {expected} errors, {extra} more");
    assert!(hit as f64 >= AGREEMENT * expected as f64, "{hit} of {expected}");
    assert!(extra * 50 <= expected, "{extra} more than {expected}");
}
