//! Responses of real captures, healthy ones too, against what tshark counted (`expected.jsonl` of the folder that
//! FINWHALE_CORPUS names).

#[path = "common/corpus.rs"]
mod corpus;
#[path = "common/facts.rs"]
mod facts;

use corpus::corpus;
use facts::each_fact;
use finwhale::proto::Fact;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Responses by status.
fn responses(path: &Path) -> Option<BTreeMap<u16, u64>> {
    let mut found = BTreeMap::new();
    each_fact(path, |kept| {
        if let Fact::Http(exchange) = &kept.emitted.fact
            && let Some(status) = exchange.status
        {
            *found.entry(status).or_default() += 1;
        }
    })?;
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
    let Some((folder, rows)) = corpus() else { return };
    let (mut want, mut same, mut different) = (0, 0, Vec::new());
    for entry in &rows {
        let (name, counted) = (entry["file"].as_str().unwrap_or_default(), counted(entry));
        // SSDP speaks the same words over UDP.
        if !entry["protocols"]["ssdp"].is_null() {
            continue;
        }
        let Some(found) = responses(&folder.join(name)).filter(|_| !counted.is_empty()) else {
            continue;
        };
        for (status, count) in counted {
            let ours = found.get(&status).copied().unwrap_or(0);
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
