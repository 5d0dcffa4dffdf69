//! The order in which findings are read: the worst and surest first, the same for every run.

use crate::finding::{Episode, Party};
use std::cmp::Reverse;
use std::rc::Rc;

/// The findings, worst, surest, most frequent and widest spread first; then the earliest. Equals stay as they are.
pub(super) fn ranked(findings: Vec<Rc<Episode<'_>>>) -> Vec<Rc<Episode<'_>>> {
    // What decides nearly always stands beside the finding, so that it need not be looked at.
    let mut ranked: Vec<_> =
        findings.into_iter().map(|finding| (rank(&finding), finding)).collect();
    let rest = |finding: &Episode<'_>| (finding.id, finding.client, finding.server);
    ranked.sort_by(|(one, this), (other, that)| {
        one.cmp(other).then_with(|| rest(this).cmp(&rest(that)))
    });
    ranked.into_iter().map(|(_, finding)| finding).collect()
}

fn rank(finding: &Episode<'_>) -> impl Ord + use<> {
    (
        Reverse(finding.severity),
        Reverse(finding.confidence),
        Reverse(finding.count),
        Reverse(matches!(finding.client, Some(Party::Network(..)))),
        finding.first,
    )
}
