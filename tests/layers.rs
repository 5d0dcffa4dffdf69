//! Imports point down: who may import whom (see the architecture page in src/lib.rs).

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Each layer with those it may import.
const MAY: &[(&str, &str)] = &[
    ("units", ""),
    ("limits", ""),
    ("codes", ""),
    ("wire", "codes"),
    ("trust", "codes units wire"),
    ("source", "units limits"),
    ("net", "source units limits"),
    ("proto", "codes units wire"),
    ("flow", "limits net proto source units wire"),
    ("facts", "limits proto trust units wire"),
    ("finding", "codes units"),
    ("rules", "codes facts finding proto trust units wire"),
    ("report", "codes facts finding proto source trust units wire"),
    ("pipeline", "facts flow limits net proto source trust units wire"),
    (
        "cli",
        "codes facts finding flow limits net pipeline proto report rules source trust units wire",
    ),
];

/// Libraries that stay in one room.
const ROOMS: &[(&str, &[&str])] = &[
    ("tls_parser::", &["src/wire/"]),
    ("x509_parser::", &["src/wire/"]),
    ("der_parser::", &["src/wire/"]),
    ("nom::", &["src/wire/"]),
    ("data_encoding::", &["src/wire/"]),
    ("etherparse::", &["src/net/"]),
    ("pcap::", &["src/source/filter.rs", "src/source/live.rs"]),
    ("rustix::", &["src/source/kernel.rs", "src/pipeline/pin.rs"]),
    ("clap::", &["src/cli/"]),
    ("ring::", &["src/trust", "src/wire/x509"]),
];

fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("src is readable").flatten() {
        let path = entry.path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn files() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    sources(&root.join("src"), &mut found);
    found.sort();
    let name = |path: &Path| path.strip_prefix(root).expect("below root").display().to_string();
    found.iter().map(|path| (name(path), fs::read_to_string(path).expect("is text"))).collect()
}

/// The code of a file: comments and tests left out.
fn code(text: &str) -> impl Iterator<Item = &str> {
    let body = text.split("#[cfg(test)]").next().unwrap_or("");
    body.lines().filter(|line| !line.trim_start().starts_with("//"))
}

#[test]
fn imports_point_down() {
    let may: BTreeMap<_, _> = MAY.iter().copied().collect();
    let mut wrong = Vec::new();
    for (name, text) in files() {
        let layer = name.trim_start_matches("src/").split(['/', '.']).next().unwrap_or("");
        let Some(allowed) = may.get(layer) else { continue };
        for line in code(&text) {
            for part in line.split("crate::").skip(1) {
                let word: String =
                    part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let known = may.contains_key(word.as_str()) && word != layer;
                if known && !allowed.split(' ').any(|ok| ok == word) {
                    wrong.push(format!("{name}: {layer} imports {word}: {}", line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn libraries_stay_in_their_rooms() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        for (library, rooms) in ROOMS {
            let home = rooms.iter().any(|room| name.starts_with(room));
            let used = |line: &str| {
                line.match_indices(library).any(|(at, _)| {
                    !line[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':')
                })
            };
            for line in code(&text).filter(|line| !home && used(line)) {
                wrong.push(format!("{name}: {library} {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_cli_prints() {
    let mut wrong = Vec::new();
    for (name, text) in files() {
        for line in code(&text) {
            if !name.starts_with("src/cli")
                && (line.contains("println!") || line.contains("eprint"))
            {
                wrong.push(format!("{name}: prints: {}", line.trim()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
