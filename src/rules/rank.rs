//! The order in which findings are read: the worst and surest first, the same for every run.

use crate::finding::{Episode, Party};
use std::rc::Rc;

/// The findings, worst, surest, most frequent and widest spread first; then the earliest. Equals stay as they are.
pub(super) fn ranked(findings: Vec<Rc<Episode<'_>>>) -> Vec<Rc<Episode<'_>>> {
    // What decides nearly always is one number, and stands beside the place of the finding.
    let mut ranks: Vec<_> =
        findings.iter().zip(0..).map(|(finding, place)| (rank(finding), place)).collect();
    ranks.sort_unstable();
    let rest = |(_, place): &(u128, u32)| {
        let finding = findings.get(*place as usize);
        finding.map(|finding| (finding.id, finding.client, finding.server))
    };
    for equals in ranks.chunk_by_mut(|(one, _), (other, _)| one == other) {
        equals.sort_by_key(rest);
    }
    let place = |(_, place): (_, u32)| findings.get(place as usize).cloned();
    ranks.into_iter().filter_map(place).collect()
}

/// Bits of a rank that hold how often: no capture has so many packets.
const COUNT_BITS: u32 = 59;

/// Less comes first: severity, confidence, count and spread in the upper half, the time in the lower.
fn rank(finding: &Episode<'_>) -> u128 {
    let count = finding.count.min((1 << COUNT_BITS) - 1);
    let spread = u64::from(matches!(finding.client, Some(Party::Network(..))));
    let grade = (finding.severity as u64) << 2 | finding.confidence as u64;
    let worst = !(grade << (COUNT_BITS + 1) | count << 1 | spread);
    let time = finding.first.0.wrapping_sub(i64::MIN).cast_unsigned();
    u128::from(worst) << 64 | u128::from(time)
}
