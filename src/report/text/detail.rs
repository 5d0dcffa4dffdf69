//! One finding: who and when, the cause, what to change, the frames that prove it, a filter to see them.

use super::figures::{clock, counted, date, offset, same_day};
use super::paper::{FAINT, Label, PLAIN, Paper, STRONG};
use super::{Length, Report, colour, filter, shouted};
use crate::codes;
use crate::finding::{Code, Evidence, Finding, Party, Severity};
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::net::IpAddr;

/// Where the text behind `Cause`, `Change`, … begins.
const COLUMN: usize = 14;

/// A finding in full.
pub(super) fn write(
    report: &Report<'_>,
    number: usize,
    finding: &Finding,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    paper.blank()?;
    let head = format!("{number}. {}", shouted(finding.severity));
    let label =
        Label { indent: 0, text: &head, style: colour(finding.severity), column: head.len() + 1 };
    paper.paragraph(label, STRONG, &finding.title)?;
    body(report, finding, paper)?;
    let mut told: Vec<&Evidence> = finding.evidence.iter().collect();
    for related in &finding.related {
        self::related(report, related, &mut told, paper)?;
    }
    Ok(())
}

/// What is told of every finding; of a note only why, what to change and what proves it, unless more is asked for.
fn body(report: &Report<'_>, finding: &Finding, paper: &mut Paper<'_>) -> io::Result<()> {
    let whole = finding.severity > Severity::Note || report.length == Length::Long;
    if whole {
        if let Some(who) = parties(report, finding) {
            row("Who", &who, paper)?;
        }
        row("When", &when(report, finding), paper)?;
    }
    row("Cause", &finding.cause, paper)?;
    row("Change", &finding.remedy, paper)?;
    evidence(report, finding, paper)?;
    if whole {
        filters(report, finding, paper)?;
    }
    if !finding.codes.is_empty() {
        row("Codes", &codes(finding), paper)?;
    }
    if report.length == Length::Long && !finding.references.is_empty() {
        row("References", &finding.references.join("; "), paper)?;
    }
    row("Finding", &format!("{} ({})", finding.id, finding.confidence.name()), paper)
}

fn row(name: &str, text: &str, paper: &mut Paper<'_>) -> io::Result<()> {
    paper.paragraph(label(name), PLAIN, text)
}

fn label(text: &str) -> Label<'_> {
    Label { indent: 3, text, style: FAINT, column: COLUMN }
}

/// `10.0.0.5 -> 10.0.0.9:443 (mail.contoso.com)`
pub(super) fn parties(report: &Report<'_>, finding: &Finding) -> Option<String> {
    let named = |party: Party, name: Option<&str>| match name {
        Some(name) => format!("{party} ({name})"),
        None => party.to_string(),
    };
    let client = finding.client.map(|client| named(client, host_name(report, client)));
    let server = finding.server.map(|server| named(server, finding.service.as_deref()));
    match (client, server) {
        (Some(client), Some(server)) => Some(format!("{client} -> {server}")),
        (Some(one), None) | (None, Some(one)) => Some(one),
        (None, None) => None,
    }
}

/// What answers of DNS, or the capture itself, call a host.
fn host_name<'a>(report: &Report<'a>, party: Party) -> Option<&'a str> {
    let addr: IpAddr = match party {
        Party::Host(addr) => addr,
        Party::Service(endpoint) => endpoint.addr,
        Party::Network(..) => return None,
    };
    report.facts.name_of(addr)
}

/// `2026-11-20 12:00:03.204 UTC (+3.2 s)`; `3 times from … to …`
fn when(report: &Report<'_>, finding: &Finding) -> String {
    let (first, last) = (finding.first, finding.last);
    let after = |time| {
        report
            .origin(finding)
            .map_or_else(String::new, |origin| format!(" ({})", offset(time, origin)))
    };
    let start = format!("{} {} UTC{}", date(first), clock(first), after(first));
    if first == last {
        return start;
    }
    let day = if same_day(first, last) { String::new() } else { format!("{} ", date(last)) };
    let span = format!("{start} to {day}{}{}", clock(last), after(last));
    match finding.count {
        0 | 1 => span,
        times => format!("{} from {span}", counted(times, "time")),
    }
}

fn evidence(report: &Report<'_>, finding: &Finding, paper: &mut Paper<'_>) -> io::Result<()> {
    for (index, evidence) in finding.evidence.iter().enumerate() {
        let name = if index == 0 { "Evidence" } else { " " };
        let line = format!("{}: {}", report.frame(evidence.at.frame), evidence.note);
        row(name, &line, paper)?;
    }
    Ok(())
}

/// What to paste into Wireshark: the frames of each file, then everything between the two.
fn filters(report: &Report<'_>, finding: &Finding, paper: &mut Paper<'_>) -> io::Result<()> {
    let mut by_file: BTreeMap<Option<&str>, BTreeSet<u64>> = BTreeMap::new();
    for evidence in finding.evidence.iter().chain(finding.related.iter().flat_map(|r| &r.evidence))
    {
        let frame = evidence.at.frame;
        by_file.entry(report.file(frame)).or_default().insert(frame.number());
    }
    let mut lines: Vec<String> = Vec::new();
    for (file, numbers) in by_file {
        let of = file.map_or_else(String::new, |path| format!("   in {path}"));
        lines.push(format!("{}{of}", filter::frames(&numbers)));
    }
    lines.extend(filter::conversation(finding));
    for (index, line) in lines.iter().enumerate() {
        paper.line(label(if index == 0 { "Wireshark" } else { " " }), PLAIN, line)?;
    }
    Ok(())
}

fn codes(finding: &Finding) -> String {
    let code = |code: &Code| {
        format!("{} {} {}", code.space, codes::written(code.space, code.code), code.name)
    };
    finding.codes.iter().map(code).collect::<Vec<_>>().join("; ")
}

/// A finding below another: a paragraph with the evidence that was not `told` above; in long reports all of it.
fn related<'a>(
    report: &Report<'_>,
    finding: &'a Finding,
    told: &mut Vec<&'a Evidence>,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    let head = format!("{} {}: {}", finding.severity.name(), finding.id, finding.title);
    paper.paragraph(label("Related"), STRONG, &head)?;
    if report.length == Length::Long {
        return body(report, finding, paper);
    }
    for evidence in finding.evidence.iter().take(2) {
        if !told.contains(&evidence) {
            let line = format!("{}: {}", report.frame(evidence.at.frame), evidence.note);
            paper.paragraph(Label::none(COLUMN + 2), PLAIN, &line)?;
            told.push(evidence);
        }
    }
    Ok(())
}
