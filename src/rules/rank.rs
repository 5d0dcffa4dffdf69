//! The order in which findings are read: the worst and surest first, the same for every run.

use crate::finding::{Finding, Party};
use std::cmp::Reverse;

/// The findings, worst, surest, most frequent and widest spread first; then the earliest. Equals stay as they are.
pub(super) fn ranked(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_cached_key(|finding| {
        (
            Reverse(finding.severity),
            Reverse(finding.confidence),
            Reverse(finding.count),
            Reverse(matches!(finding.client, Some(Party::Network(..)))),
            finding.first,
            (finding.id, finding.client, finding.server),
        )
    });
    findings
}
