//! The order in which findings are read: the worst and surest first, the same for every run.

use crate::finding::{Episode, Party};
use crate::units::Time;
use std::rc::Rc;

/// The findings, worst, surest, most frequent and widest spread first; then the earliest. Equals stay as they are.
pub(super) fn ranked(findings: Vec<Rc<Episode<'_>>>) -> Vec<Rc<Episode<'_>>> {
    // What decides nearly always stands beside the place of the finding, so that it need not be looked at.
    let mut ranks: Vec<_> =
        findings.iter().zip(0..).map(|(finding, place)| (rank(finding), place)).collect();
    let rest = |place: u32| {
        let finding = findings.get(place as usize);
        finding.map(|finding| (finding.id, finding.client, finding.server))
    };
    ranks.sort_unstable_by(|(one, this), (other, that)| {
        one.cmp(other).then_with(|| rest(*this).cmp(&rest(*that)).then(this.cmp(that)))
    });
    let place = |(_, place): (_, u32)| findings.get(place as usize).cloned();
    ranks.into_iter().filter_map(place).collect()
}

/// Bits of a rank that hold how often: no capture has so many packets.
const COUNT_BITS: u32 = 59;

/// Less comes first: severity, confidence, count, spread as one number; and the time.
fn rank(finding: &Episode<'_>) -> (u64, Time) {
    let count = finding.count.min((1 << COUNT_BITS) - 1);
    let spread = u64::from(matches!(finding.client, Some(Party::Network(..))));
    let grade = (finding.severity as u64) << 2 | finding.confidence as u64;
    (!(grade << (COUNT_BITS + 1) | count << 1 | spread), finding.first)
}
