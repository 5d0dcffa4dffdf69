//! The sums at the end of every report.

use crate::facts::Facts;
use crate::finding::{Episode, Severity};
use crate::units::{SECOND, Time};
use std::collections::BTreeMap;
use std::rc::Rc;

/// What all captures of a run add up to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Totals {
    /// Packets read.
    pub packets: u64,
    /// Bytes captured.
    pub bytes: u64,
    /// Nanoseconds that the captures cover; where two overlap, once.
    pub covered_ns: i64,
    /// The earliest and the latest packet.
    pub span: Option<(Time, Time)>,
    /// Conversations.
    pub flows: u64,
    /// Packets that could not be decoded, by reason.
    pub undecoded: BTreeMap<&'static str, u64>,
    /// What was lost, by name, above zero.
    pub lost: BTreeMap<&'static str, u64>,
}

impl Totals {
    /// Adds up the captures of `facts`.
    pub fn of(facts: &Facts) -> Self {
        let mut totals = Self { lost: facts.lost.clone(), ..Self::default() };
        for capture in &facts.captures {
            totals.packets += capture.packets;
            totals.bytes += capture.bytes;
            totals.flows += capture.flows;
            add(&mut totals.undecoded, &capture.undecoded);
            add(&mut totals.lost, &capture.lost);
        }
        totals.lost.insert("failures_without_finding", facts.left_out.get());
        totals.lost.retain(|_, count| *count > 0);
        let spans = spans(facts);
        totals.covered_ns = covered(&spans);
        totals.span = spans.first().map(|(first, _)| {
            (*first, spans.iter().map(|(_, last)| *last).max().unwrap_or(*first))
        });
        totals
    }

    /// Seconds that the captures cover.
    pub fn seconds(&self) -> f64 {
        self.covered_ns as f64 / SECOND as f64
    }
}

fn add(sums: &mut BTreeMap<&'static str, u64>, more: &BTreeMap<&'static str, u64>) {
    for (name, count) in more {
        *sums.entry(name).or_default() += count;
    }
}

/// First and last packet of each capture, in the order of the first.
fn spans(facts: &Facts) -> Vec<(Time, Time)> {
    let mut spans: Vec<_> =
        facts.captures.iter().filter_map(|capture| capture.first.zip(capture.last)).collect();
    spans.sort_unstable();
    spans
}

fn covered(spans: &[(Time, Time)]) -> i64 {
    let mut covered = 0_i64;
    let mut until = Time(i64::MIN);
    for (first, last) in spans {
        covered = covered.saturating_add(last.since((*first).max(until)).max(0));
        until = until.max(*last);
    }
    covered
}

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Somebody could not do what they tried.
    pub error: u64,
    /// It worked, with a fault.
    pub warning: u64,
    /// Worth knowing.
    pub note: u64,
}

impl Counts {
    /// Counts findings, not those related to them.
    pub fn of(findings: &[Rc<Episode<'_>>]) -> Self {
        let mut counts = Self::default();
        findings.iter().for_each(|finding| counts.add(finding.severity));
        counts
    }

    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.error += 1,
            Severity::Warning => self.warning += 1,
            Severity::Note => self.note += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Capture;

    fn capture(first: i64, last: i64) -> Capture {
        Capture {
            packets: 2,
            bytes: 120,
            first: Some(Time(first * SECOND)),
            last: Some(Time(last * SECOND)),
            lost: BTreeMap::from([("os_drops", 3), ("interface_drops", 0)]),
            ..Capture::default()
        }
    }

    #[test]
    fn captures_that_overlap_count_their_time_once() {
        let captures = vec![capture(10, 20), capture(15, 18), capture(0, 5), capture(20, 21)];
        let totals = Totals::of(&Facts { captures, ..Facts::default() });
        assert_eq!(totals.seconds(), 16.0);
        assert_eq!(totals.span, Some((Time(0), Time(21 * SECOND))));
        assert_eq!(totals.lost, BTreeMap::from([("os_drops", 12)]));
        assert_eq!((totals.packets, totals.bytes), (8, 480));
    }

    #[test]
    fn nothing_read_is_all_zero() {
        assert_eq!(Totals::of(&Facts::default()), Totals::default());
    }
}
