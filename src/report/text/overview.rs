//! The first screen: what was found, ranked; and the last lines: what was looked at.

use super::figures::{clock, count, counted, date, duration, offset, same_day, size};
use super::paper::{FAINT, GREEN, Label, PLAIN, Paper, STRONG};
use super::{Length, Report, Sorted, colour, detail, shouted};
use crate::facts::Outcomes;
use crate::finding::Finding;
use crate::report::totals::{Counts, Totals};
use std::io;

/// Findings on the first screen: two lines each and some room around them are a screen.
const SHOWN_MAX: usize = 10;

/// Where titles begin: behind a number and a severity.
const TITLE_COLUMN: usize = 13;

/// The headline and the ranking.
pub(super) fn write(
    report: &Report<'_>,
    sorted: &Sorted<'_>,
    totals: &Totals,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    let ranked = sorted.ranked.len();
    if ranked == 0 {
        return paper.paragraph(Label::none(0), GREEN, &nothing(report, totals));
    }
    paper.paragraph(Label::none(0), STRONG, &headline(report, sorted))?;
    if ranked == 1 && report.length > Length::Short {
        return Ok(());
    }
    paper.blank()?;
    let shown = if report.length == Length::Short { super::DETAILS_MAX } else { SHOWN_MAX };
    for (index, finding) in sorted.ranked.iter().take(shown).enumerate() {
        entry(report, totals, index + 1, &finding.tell(), paper)?;
    }
    if ranked > shown {
        let more = format!("and {}", counted((ranked - shown) as u64, "more finding"));
        paper.paragraph(Label::none(TITLE_COLUMN), FAINT, &more)?;
    }
    Ok(())
}

/// `2 errors, 1 warning in web.pcapng`
fn headline(report: &Report<'_>, sorted: &Sorted<'_>) -> String {
    let files = match report.facts.captures.as_slice() {
        [one] => one.path.clone(),
        several => counted(several.len() as u64, "capture"),
    };
    format!("{} in {files}", severities(sorted.counts))
}

/// `2 errors, 1 warning`: those above zero.
fn severities(counts: Counts) -> String {
    let Counts { error, warning, note } = counts;
    let words: Vec<_> = [(error, "error"), (warning, "warning"), (note, "note")]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, noun)| counted(number, noun))
        .collect();
    words.join(", ")
}

fn entry(
    report: &Report<'_>,
    totals: &Totals,
    number: usize,
    finding: &Finding,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    let severity = format!("{number:2} {}", shouted(finding.severity));
    let style = colour(finding.severity);
    let label = Label { indent: 1, text: &severity, style, column: TITLE_COLUMN };
    paper.paragraph(label, STRONG, &finding.title)?;
    let where_ = detail::parties(report, finding).map(|who| format!("{who}, "));
    let line = format!(
        "{}{} [{}]",
        where_.unwrap_or_default(),
        since(report, totals, finding),
        finding.id
    );
    paper.paragraph(Label::none(TITLE_COLUMN), FAINT, &line)
}

/// `3 times since 12:00:03.204 UTC (+3.2 s)`; with the date where the captures span several days.
fn since(report: &Report<'_>, totals: &Totals, finding: &Finding) -> String {
    let one_day = totals.span.is_none_or(|(first, last)| same_day(first, last));
    let day = if one_day { String::new() } else { format!("{} ", date(finding.first)) };
    let from = report.origin(finding).map(|origin| format!(" ({})", offset(finding.first, origin)));
    let often = match finding.count {
        0 | 1 => "at".to_owned(),
        times => format!("{} since", counted(times, "time")),
    };
    format!("{often} {day}{} UTC{}", clock(finding.first), from.unwrap_or_default())
}

/// What was looked at, where nothing was found.
fn nothing(report: &Report<'_>, totals: &Totals) -> String {
    if report.facts.captures.is_empty() {
        return "No captures were read.".to_owned();
    }
    let tls = report.facts.tls;
    let flows = counted(totals.flows, "conversation");
    let seen = if sum(tls) == 0 {
        format!("Nothing to report on {flows}; there was no TLS handshake among them.")
    } else if tls.failed + tls.abandoned == 0 {
        format!("No failed handshake in {}, nothing to report on {flows}.", handshakes(tls))
    } else {
        format!("Nothing to report on {} and {flows}.", handshakes(tls))
    };
    match report.hidden {
        0 => seen,
        hidden => {
            let kept = counted(hidden as u64, "finding");
            format!("Nothing that was asked for; {kept} not shown. {seen}")
        }
    }
}

fn sum(tls: Outcomes) -> u64 {
    tls.completed + tls.failed + tls.abandoned + tls.unknown
}

/// `1,204 TLS handshakes (1,200 completed, 4 with unknown outcome)`
fn handshakes(tls: Outcomes) -> String {
    let outcomes = [
        (tls.completed, "completed"),
        (tls.failed, "failed"),
        (tls.abandoned, "abandoned"),
        (tls.unknown, "with unknown outcome"),
    ];
    let words: Vec<_> = outcomes
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{} {word}", count(number)))
        .collect();
    match words.as_slice() {
        [] => "no TLS handshakes".to_owned(),
        words => format!("{} ({})", counted(sum(tls), "TLS handshake"), words.join(", ")),
    }
}

/// What was read: packets, time, conversations, handshakes, findings.
pub(super) fn totals(
    report: &Report<'_>,
    sorted: &Sorted<'_>,
    totals: &Totals,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    if report.facts.captures.is_empty() {
        return Ok(());
    }
    paper.blank()?;
    let several = match report.facts.captures.len() {
        1 => String::new(),
        number => format!("{} with ", counted(number as u64, "capture")),
    };
    let read = format!(
        "Read {several}{} ({}) {}in {}; {}; {}.",
        counted(totals.packets, "packet"),
        size(totals.bytes),
        span(totals).unwrap_or_default(),
        counted(totals.flows, "conversation"),
        handshakes(report.facts.tls),
        found(report, sorted),
    );
    paper.paragraph(Label::none(0), PLAIN, &read)?;
    if report.length == Length::Long {
        return files(report, paper);
    }
    if report.length == Length::Full && !sorted.ranked.is_empty() {
        let hint = "`finwhale explain ID` tells more of a finding, -v more of each here.";
        paper.paragraph(Label::none(0), FAINT, hint)?;
    }
    Ok(())
}

/// What each file was.
fn files(report: &Report<'_>, paper: &mut Paper<'_>) -> io::Result<()> {
    for capture in &report.facts.captures {
        let links: Vec<_> = capture.link_types.iter().map(u16::to_string).collect();
        let packed = capture.compression.map_or_else(String::new, |name| format!(" in {name}"));
        let line = format!(
            "{}: {}{packed}, link type {}, {}, {}",
            capture.path,
            capture.format,
            links.join(" and "),
            counted(capture.packets, "packet"),
            counted(capture.flows, "conversation"),
        );
        paper.paragraph(Label { indent: 1, text: "-", style: PLAIN, column: 3 }, PLAIN, &line)?;
    }
    Ok(())
}

/// `from 2026-11-20 12:00:00.000 to 12:00:04.100 UTC (4.1 s) `
fn span(totals: &Totals) -> Option<String> {
    let (first, last) = totals.span?;
    let day = if same_day(first, last) { String::new() } else { format!("{} ", date(last)) };
    let covered = duration(totals.covered_ns);
    Some(format!("from {} {} to {day}{} UTC ({covered}) ", date(first), clock(first), clock(last)))
}

/// `2 errors, 1 note`, with those that were kept back.
fn found(report: &Report<'_>, sorted: &Sorted<'_>) -> String {
    let shown = match report.findings {
        [] => "no findings".to_owned(),
        _ => severities(sorted.all),
    };
    match report.hidden {
        0 => shown,
        hidden => format!("{shown}, {} not shown", counted(hidden as u64, "finding")),
    }
}
