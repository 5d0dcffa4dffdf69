//! Every folder of captures/ against the reports that lie in it: what a person reads, and every fact.
//!
//! `FINWHALE_BLESS=1 cargo test --test cases` writes them anew; read the difference before you commit it.

use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// The reports of a case: the file in its folder and the options that make it.
const REPORTS: &[(&str, &[&str])] = &[
    ("report.txt", &["--format", "text", "--color", "never"]),
    ("facts.ndjson", &["--format", "ndjson", "--facts", "all"]),
];

/// Lines of agreement around a difference.
const CONTEXT: usize = 2;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The reports are to be written anew.
fn bless() -> bool {
    std::env::var_os("FINWHALE_BLESS").is_some()
}

/// The folders of captures/ that hold a capture, by name.
fn cases() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("captures")).expect("captures/ is there");
    let folders = entries.map(|entry| entry.expect("can be listed").path());
    let mut cases: Vec<_> =
        folders.filter(|folder| folder.join("capture.pcapng").is_file()).collect();
    cases.sort();
    cases
}

/// What the program prints on a case, with paths as from the project's root; it must have read the capture.
fn report(case: &Path, options: &[&str]) -> String {
    let capture = case.strip_prefix(root()).expect("below the root").join("capture.pcapng");
    let mut command = Command::cargo_bin("finwhale").expect("is built");
    let output = command.current_dir(root()).args(options).arg(&capture).output().expect("runs");
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}: {complaint}", capture.display());
    String::from_utf8(output.stdout).expect("a report is UTF-8")
}

/// The first difference with its surroundings: `-` expected, `+` got.
fn difference(expected: &str, got: &str) -> String {
    let (expected, got): (Vec<_>, Vec<_>) = (expected.lines().collect(), got.lines().collect());
    let same = expected.iter().zip(&got).take_while(|(one, other)| one == other).count();
    let part = |sign: char, lines: &[&str]| {
        let shown = lines.iter().skip(same).take(10);
        shown.map(|line| format!("{sign} {line}\n")).collect::<String>()
    };
    let before = expected[same.saturating_sub(CONTEXT)..same].iter();
    let before: String = before.map(|line| format!("  {line}\n")).collect();
    format!("line {}:\n{before}{}{}", same + 1, part('-', &expected), part('+', &got))
}

#[test]
fn every_case_reads_as_it_did() {
    let cases = cases();
    assert!(!cases.is_empty(), "no cases in captures/");
    let mut wrong = Vec::new();
    for case in &cases {
        for (name, options) in REPORTS {
            let path = case.join(name);
            let got = report(case, options);
            if bless() {
                fs::write(&path, &got).expect("can be written");
            }
            let place = path.strip_prefix(root()).expect("below the root").display();
            match fs::read_to_string(&path) {
                Ok(expected) if expected == got => {}
                Ok(expected) => wrong.push(format!("{place}: {}", difference(&expected, &got))),
                Err(error) => wrong.push(format!("{place}: {error}; FINWHALE_BLESS=1 makes it")),
            }
        }
    }
    assert!(wrong.is_empty(), "{} reports differ\n\n{}", wrong.len(), wrong.join("\n"));
}

/// The case that README.md opens with.
const STORY: &str = "captures/tls-fin-after-finished-10-v4-fin";

#[test]
fn the_readme_shows_a_report_as_it_is() {
    let path = root().join("README.md");
    let readme = fs::read_to_string(&path).expect("is there");
    let command = format!("$ finwhale {STORY}/capture.pcapng\n");
    let (before, rest) = readme.split_once(&command).expect("README.md shows the command");
    let (shown, after) = rest.split_once("```\n").expect("and its output");
    let got = report(&root().join(STORY), REPORTS[0].1);
    if bless() {
        fs::write(&path, format!("{before}{command}{got}```\n{after}")).expect("can be written");
    } else {
        assert!(shown == got, "README.md: {}", difference(shown, &got));
    }
}
