//! Real captures, with what tshark found in them.
// A comparison that cannot be made is said, not passed over.
#![allow(clippy::print_stdout)]

use serde_json::Value;
use std::path::PathBuf;

/// The folder that FINWHALE_CORPUS names, and the rows of its `expected.jsonl`; says so where it is not set.
pub(crate) fn corpus() -> Option<(PathBuf, Vec<Value>)> {
    let Some(folder) = std::env::var_os("FINWHALE_CORPUS").map(PathBuf::from) else {
        println!("FINWHALE_CORPUS is not set: real captures are not compared");
        return None;
    };
    let text = std::fs::read_to_string(folder.join("expected.jsonl")).expect("expected.jsonl");
    let rows = text.lines().map(|line| serde_json::from_str(line).expect("is JSON"));
    let rows = rows.collect();
    Some((folder, rows))
}
