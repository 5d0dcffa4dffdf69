//! What the captures could not show, in words, each with its consequence.

use super::figures::{count, counted};
use super::paper::{Label, PLAIN, Paper, STRONG, YELLOW};
use super::{Report, Sorted};
use crate::finding::{Episode, Finding};
use crate::report::totals::Totals;
use std::io;

/// Counters that are told elsewhere: those of the capturing system by a finding, fragments in a line of their own. All
/// others are bounds of ours.
const TOLD: [&str; 3] = ["interface_drops", "os_drops", FRAGMENTS];

/// IP fragments whose packet never came together.
const FRAGMENTS: &str = "fragments";

/// A finding on the capture itself rather than on its traffic: it is told in this section.
pub(super) fn is_about_capture(finding: &Episode<'_>) -> bool {
    finding.id.starts_with("cap-")
}

/// The section; nothing where nothing is missing.
pub(super) fn write(
    report: &Report<'_>,
    sorted: &Sorted<'_>,
    totals: &Totals,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    let findings = sorted.about_capture.iter();
    let mut lines: Vec<String> = findings.map(|finding| told(report, &finding.tell())).collect();
    lines.extend(undecoded(totals));
    lines.extend(fragments(totals));
    lines.extend(bounds(totals));
    if lines.is_empty() {
        return Ok(());
    }
    paper.blank()?;
    paper.paragraph(Label::none(0), STRONG, "What the capture could not show")?;
    for line in lines {
        let label = Label { indent: 1, text: "-", style: YELLOW, column: 3 };
        paper.paragraph(label, PLAIN, &line)?;
    }
    Ok(())
}

fn told(report: &Report<'_>, finding: &Finding) -> String {
    let Finding { title, cause, remedy, id, .. } = finding;
    let first = finding.evidence.first();
    let place = first.map(|evidence| format!("{}, ", report.frame(evidence.at.frame)));
    format!("{title}. {cause} {remedy} ({}{id})", place.unwrap_or_default())
}

fn undecoded(totals: &Totals) -> Option<String> {
    let sum: u64 = totals.undecoded.values().sum();
    (sum > 0).then(|| {
        let packets = counted(sum, "packet");
        let reasons = words(totals.undecoded.iter());
        format!("{packets} not decoded ({reasons}): what they carried is not in this report")
    })
}

fn fragments(totals: &Totals) -> Option<String> {
    let lost = totals.lost.get(FRAGMENTS)?;
    Some(format!(
        "{} whose packet never came together: not looked into",
        counted(*lost, "IP fragment")
    ))
}

fn bounds(totals: &Totals) -> Option<String> {
    let ours = words(totals.lost.iter().filter(|(name, _)| !TOLD.contains(name)));
    let told = || format!("left out for want of room: {ours}; --memory gives more");
    (!ours.is_empty()).then(told)
}

/// `3 unknown link type, 1 not ip`
fn words<'a>(counters: impl Iterator<Item = (&'a &'static str, &'a u64)>) -> String {
    let word =
        |(name, number): (&&str, &u64)| format!("{} {}", count(*number), name.replace('_', " "));
    counters.map(word).collect::<Vec<_>>().join(", ")
}
