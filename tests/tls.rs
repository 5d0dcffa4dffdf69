//! TLS connections of real captures, step by step, against what tshark says of them (`expected.jsonl` of the folder
//! that FINWHALE_CORPUS names).

#[path = "common/corpus.rs"]
mod corpus;
#[path = "common/facts.rs"]
mod facts;

use corpus::corpus;
use facts::each_fact;
use finwhale::proto::Fact;
use finwhale::proto::tls::{self, Handshake};
use finwhale::units::{At, Frame};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// A handshake and the application records that its connection had in the end, by flow.
type Connections = BTreeMap<Frame, (Option<Handshake>, [u32; 2])>;

fn connections(path: &Path) -> Option<Connections> {
    let mut found = Connections::new();
    each_fact(path, |kept| {
        let connection = found.entry(kept.emitted.ends.flow).or_default();
        match &kept.emitted.fact {
            Fact::Tls(tls::Fact::Handshake(handshake)) => {
                connection.1 = handshake.data_records;
                connection.0 = Some((**handshake).clone());
            }
            Fact::Tls(tls::Fact::Ended(traffic)) => connection.1 = traffic.data_records,
            _ => {}
        }
    })?;
    Some(found)
}

/// What both sides say of one connection, in the same words.
type Words = Vec<(&'static str, Option<u64>)>;

fn ours(handshake: &Handshake, data_records: [u32; 2]) -> Words {
    let frame = |at: Option<At>| at.map(|at| at.frame.number());
    let steps = &handshake.steps;
    let [client, server] = steps.change_cipher_spec;
    let mut words = vec![
        ("server_hello", frame(steps.server_hello)),
        ("certificate", frame(steps.certificate)),
        ("client_key_exchange", frame(steps.client_key_exchange)),
        ("ccs client", frame(client)),
        ("ccs server", frame(server)),
    ];
    // In TLS 1.3 tshark counts the encrypted handshake too.
    if handshake.answer.as_ref().is_some_and(|answer| answer.version <= 0x0303) {
        let [client, server] = data_records.map(u64::from);
        words.extend([("data client", Some(client)), ("data server", Some(server))]);
    }
    words
}

fn theirs(stream: &Value, name: &str) -> Option<u64> {
    match name.split_once(' ') {
        Some(("ccs", side)) => stream["ccs"][side].as_u64(),
        Some((_, side)) => Some(stream["app_records"][side].as_u64().unwrap_or(0)),
        None => stream[name].as_u64(),
    }
}

/// Compares the connections of a capture; how many words, and those that differ.
fn compare(folder: &Path, entry: &Value) -> Option<(usize, Vec<String>)> {
    let file = entry["file"].as_str()?;
    let streams = entry["tls_streams"].as_array()?;
    let found = connections(&folder.join(file))?;
    let (mut count, mut differ) = (0, Vec::new());
    for stream in streams.iter().filter(|stream| stream["transport"].is_null()) {
        let Some(hello) = stream["client_hello"].as_u64() else { continue };
        let same = |(handshake, data): &(Option<Handshake>, [u32; 2])| {
            let handshake = handshake.as_ref()?;
            let at = handshake.steps.client_hello?;
            (at.frame.number() == hello).then(|| ours(handshake, *data))
        };
        let Some(words) = found.values().find_map(same) else {
            differ.push(format!("{file}: no handshake at frame {hello}"));
            continue;
        };
        count += words.len();
        let wrong = words.iter().filter(|(name, word)| *word != theirs(stream, name));
        differ.extend(wrong.map(|(name, word)| {
            let theirs = theirs(stream, name);
            format!("{file}: hello {hello}: {name}: {word:?}, tshark {theirs:?}")
        }));
    }
    Some((count, differ))
}

/// Captures that tshark read to their end, made neither by fuzzers nor for them.
fn is_sound(entry: &Value) -> bool {
    let file = entry["file"].as_str().unwrap_or_default().to_lowercase();
    let known = matches!(entry["format"].as_str(), Some("pcap" | "pcapng"));
    known
        && entry["tshark_exit"].is_null()
        && !["fuzz", "crash", "oob"].iter().any(|w| file.contains(w))
}

#[test]
fn every_step_of_real_handshakes_is_where_tshark_has_it() {
    let Some((folder, rows)) = corpus() else { return };
    let (mut count, mut differ) = (0, Vec::new());
    for entry in &rows {
        if let Some((words, wrong)) = is_sound(entry).then(|| compare(&folder, entry)).flatten() {
            count += words;
            differ.extend(wrong);
        }
    }
    println!("{count} steps, {} differ\n{}", differ.len(), differ.join("\n"));
    assert!(differ.len() * 50 < count, "{} of {count} differ", differ.len());
}
