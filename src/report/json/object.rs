//! The objects `capture`, `finding` and `summary`.

use crate::codes;
use crate::facts::{self, Facts};
use crate::finding::{self, Code, Evidence, Party};
use crate::report::totals::{Counts, Totals};
use crate::units::Time;
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

/// A value that is written as people read it: an endpoint, a time.
pub(super) struct Shown<T>(pub(super) T);

impl<T: Display> Serialize for Shown<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

/// What a capture file was.
#[derive(Serialize)]
pub(super) struct Capture<'a> {
    r#type: &'static str,
    file: &'a str,
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    compression: Option<&'static str>,
    link_types: &'a [u16],
    packets: u64,
    bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<Shown<Time>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Shown<Time>>,
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    truncated_reason: Option<&'a str>,
    undecoded_packets: u64,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    undecoded: &'a BTreeMap<&'static str, u64>,
    lost: BTreeMap<&'static str, u64>,
}

/// The object of a capture file.
pub(super) fn capture(capture: &facts::Capture) -> Capture<'_> {
    Capture {
        r#type: "capture",
        file: &capture.path,
        format: capture.format,
        compression: capture.compression,
        link_types: &capture.link_types,
        packets: capture.packets,
        bytes: capture.bytes,
        first: capture.first.map(Shown),
        last: capture.last.map(Shown),
        truncated: capture.truncated.is_some(),
        truncated_reason: capture.truncated.as_deref(),
        undecoded_packets: capture.undecoded.values().sum(),
        undecoded: &capture.undecoded,
        lost: capture.lost.iter().filter(|(_, count)| **count > 0).map(|(k, v)| (*k, *v)).collect(),
    }
}

/// What failed, why, and what proves it.
#[derive(Serialize)]
pub(super) struct Finding<'a> {
    r#type: &'static str,
    id: &'static str,
    severity: &'static str,
    confidence: &'static str,
    title: &'a str,
    cause: &'a str,
    remedy: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<Shown<Party>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<Shown<Party>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service: Option<&'a str>,
    episode: String,
    count: u64,
    first: Shown<Time>,
    last: Shown<Time>,
    evidence: Vec<Proof<'a>>,
    codes: Vec<Meaning<'a>>,
    references: &'static [&'static str],
    related: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Proof<'a> {
    file: &'a str,
    frame: u64,
    note: &'a str,
}

#[derive(Serialize)]
struct Meaning<'a> {
    space: &'static str,
    code: Number,
    name: &'a str,
}

/// The object of a finding, those related to it inside.
pub(super) fn finding<'a>(facts: &'a Facts, finding: &'a finding::Finding) -> Finding<'a> {
    Finding {
        r#type: "finding",
        id: finding.id,
        severity: finding.severity.name(),
        confidence: finding.confidence.name(),
        title: &finding.title,
        cause: &finding.cause,
        remedy: &finding.remedy,
        client: finding.client.map(Shown),
        server: finding.server.map(Shown),
        service: finding.service.as_deref(),
        episode: finding.episode(),
        count: finding.count,
        first: Shown(finding.first),
        last: Shown(finding.last),
        evidence: finding.evidence.iter().map(|evidence| proof(facts, evidence)).collect(),
        codes: finding.codes.iter().map(meaning).collect(),
        references: finding.references,
        related: finding.related.iter().map(|related| self::finding(facts, related)).collect(),
    }
}

fn proof<'a>(facts: &'a Facts, evidence: &'a Evidence) -> Proof<'a> {
    let (file, number) = (evidence.at.frame.file(), evidence.at.frame.number());
    let path = facts.captures.get(usize::from(file)).map_or("", |capture| &capture.path);
    Proof { file: path, frame: number, note: &evidence.note }
}

fn meaning(code: &Code) -> Meaning<'_> {
    Meaning { space: code.space, code: number(code), name: &code.name }
}

/// A code as its readers expect it.
#[derive(Serialize)]
#[serde(untagged)]
enum Number {
    Plain(i64),
    /// `0xc000006d`
    Status(String),
}

/// Statuses of NT and of RPC are written in hexadecimal everywhere.
const STATUSES: [&str; 2] = ["ntstatus", "rpc_fault"];

fn number(code: &Code) -> Number {
    match STATUSES.contains(&code.space) {
        true => Number::Status(codes::written(code.space, code.code)),
        false => Number::Plain(code.code),
    }
}

/// The last object.
#[derive(Serialize)]
pub(super) struct Summary {
    r#type: &'static str,
    packets: u64,
    bytes: u64,
    seconds: f64,
    flows: u64,
    handshakes: Handshakes,
    findings: BySeverity,
    lost: BTreeMap<&'static str, u64>,
}

#[derive(Serialize)]
struct Handshakes {
    tls: Outcomes,
}

#[derive(Serialize)]
struct Outcomes {
    completed: u64,
    failed: u64,
    abandoned: u64,
    unknown: u64,
}

#[derive(Serialize)]
struct BySeverity {
    error: u64,
    warning: u64,
    note: u64,
}

/// The object that sums up a run.
pub(super) fn summary(facts: &Facts, findings: &[Rc<finding::Episode<'_>>]) -> Summary {
    let totals = Totals::of(facts);
    let counts = Counts::of(findings);
    let facts::Outcomes { completed, failed, abandoned, unknown } = facts.tls;
    Summary {
        r#type: "summary",
        packets: totals.packets,
        bytes: totals.bytes,
        seconds: totals.seconds(),
        flows: totals.flows,
        handshakes: Handshakes { tls: Outcomes { completed, failed, abandoned, unknown } },
        findings: BySeverity { error: counts.error, warning: counts.warning, note: counts.note },
        lost: totals.lost,
    }
}
