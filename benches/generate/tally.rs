//! What is to be found in a capture: its facts, counted by kind and by what distinguishes errors of that kind.

use serde::Serialize;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Counts of conversations and facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Tally {
    /// Conversations.
    pub(crate) flows: u64,
    /// Conversations in which something was refused, went wrong or stayed without an answer.
    pub(crate) failing_flows: u64,
    /// Facts by kind and detail, such as `dns.error NXDOMAIN`.
    pub(crate) facts: BTreeMap<String, u64>,
}

impl Tally {
    /// Counts a report that was made with `-f ndjson --facts all`.
    ///
    /// # Errors
    /// A line is no JSON object.
    pub(crate) fn of(report: &str) -> serde_json::Result<Self> {
        let objects = report.lines().map(serde_json::from_str);
        let objects: Vec<Value> = objects.collect::<Result<_, _>>()?;
        let mut tally = Self::of_facts(objects.iter());
        let summary = objects.iter().find(|object| object["type"] == "summary");
        tally.flows = summary.and_then(|summary| summary["flows"].as_u64()).unwrap_or(0);
        Ok(tally)
    }

    /// Counts what such a report says of one conversation, by the frame that opens it.
    ///
    /// # Errors
    /// A line is no JSON object.
    pub(crate) fn of_flow(report: &str, flow: u64) -> serde_json::Result<Self> {
        let objects = report.lines().map(serde_json::from_str);
        let objects: Vec<Value> = objects.collect::<Result<_, _>>()?;
        let own = objects.iter().filter(|object| object["flow"] == flow);
        Ok(Self { flows: 1, ..Self::of_facts(own) })
    }

    fn of_facts<'a>(objects: impl Iterator<Item = &'a Value>) -> Self {
        let (mut tally, mut failing) = (Self::default(), BTreeSet::new());
        for fact in objects.filter(|object| object["type"] == "fact") {
            let kind = fact["kind"].as_str().unwrap_or_default();
            let Some(detail) = detail(kind, fact) else { continue };
            *tally.facts.entry(format!("{kind} {detail}").trim_end().to_owned()).or_default() += 1;
            if fails(kind, fact) {
                failing.insert(fact["flow"].as_u64());
            }
        }
        Self { failing_flows: failing.len() as u64, ..tally }
    }

    /// Adds another count so many times.
    pub(crate) fn add(&mut self, other: &Self, times: u64) {
        self.flows += other.flows * times;
        self.failing_flows += other.failing_flows * times;
        for (name, count) in other.facts.iter().filter(|_| times > 0) {
            *self.facts.entry(name.clone()).or_default() += count * times;
        }
    }
}

/// What distinguishes facts of a kind, empty where nothing does; `None` where it depends on what else is captured.
fn detail(kind: &str, fact: &Value) -> Option<String> {
    let word = |key: &str| fact[key].as_str().unwrap_or("?").to_owned();
    Some(match kind {
        "dns.error" => word("rcode_name"),
        "http.status" => fact["status"].to_string(),
        "kerberos.error" => word("name"),
        "kerberos.ticket" => word("request"),
        "tls.alert" if fact["encrypted"] == true => "encrypted".to_owned(),
        "tls.alert" => word("name"),
        "tls.certificate" => verdict(fact),
        // Whether silence was given up or the capture merely ended depends on how long it goes on.
        "tls.handshake" if fact["outcome"] == "completed" || fact["outcome"] == "failed" => {
            word("outcome")
        }
        "tls.handshake" => return None,
        "icmp.unreachable" => format!("{}/{}", fact["icmp_type"], fact["icmp_code"]),
        _ => String::new(),
    })
}

fn verdict(fact: &Value) -> String {
    let words = fact["verdict"].as_array().into_iter().flatten();
    words.filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
}

fn fails(kind: &str, fact: &Value) -> bool {
    match kind {
        "tls.alert" => fact["encrypted"] != true,
        "tls.handshake" => fact["outcome"] == "failed",
        "http.status" => fact["status"] != 100,
        "tls.certificate" | "tls.alert_hint" | "kerberos.ticket" | "ntlm.auth" | "tcp.reset" => {
            false
        }
        _ => true,
    }
}
