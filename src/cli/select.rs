//! Which findings are reported: `--only`, `--skip`, `--min-severity`.

use crate::finding::{Finding, Severity};
use std::cmp::Reverse;

/// What was asked for.
pub(super) struct Selection<'a> {
    /// These ids only; empty: all.
    pub(super) only: &'a [&'static str],
    /// Not these.
    pub(super) skip: &'a [&'static str],
    /// Not below this.
    pub(super) min_severity: Severity,
}

impl Selection<'_> {
    /// The findings to report, ranked as before, and how many top ones are kept back.
    ///
    /// A finding that was asked for by `--only` and lies below one that was not comes up in its place. What lies below a
    /// skipped finding goes with it.
    pub(super) fn apply(&self, findings: Vec<Finding>) -> (Vec<Finding>, usize) {
        let mut reported = Vec::new();
        let mut kept_back = 0;
        for finding in findings {
            let before = reported.len();
            reported.extend(self.pick(finding));
            kept_back += usize::from(reported.len() == before);
        }
        reported.sort_by_key(|finding| Reverse(finding.severity));
        (reported, kept_back)
    }

    fn pick(&self, mut finding: Finding) -> Vec<Finding> {
        if self.skip.contains(&finding.id) {
            return Vec::new();
        }
        finding.related.retain(|related| !self.skip.contains(&related.id));
        let asked = |finding: &Finding| self.only.is_empty() || self.only.contains(&finding.id);
        let mut picked = if asked(&finding) { vec![finding] } else { finding.related };
        picked.retain(|finding| asked(finding) && finding.severity >= self.min_severity);
        picked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Confidence;
    use crate::units::Time;

    fn finding(id: &'static str, severity: Severity, related: Vec<Finding>) -> Finding {
        Finding {
            id,
            severity,
            confidence: Confidence::Certain,
            title: String::new(),
            cause: String::new(),
            remedy: String::new(),
            client: None,
            server: None,
            transport: crate::units::Transport::Tcp,
            service: None,
            cause_key: String::new(),
            count: 1,
            first: Time(0),
            last: Time(0),
            evidence: Vec::new(),
            codes: Vec::new(),
            references: Vec::new(),
            related,
        }
    }

    fn findings() -> Vec<Finding> {
        let cause = finding("x509-untrusted", Severity::Note, Vec::new());
        vec![
            finding("tls-alert-unknown-ca", Severity::Error, vec![cause]),
            finding("tls-fallback", Severity::Warning, Vec::new()),
            finding("cap-gap", Severity::Note, Vec::new()),
        ]
    }

    fn ids(only: &[&'static str], skip: &[&'static str], min: Severity) -> (Vec<String>, usize) {
        let selection = Selection { only, skip, min_severity: min };
        let (reported, kept_back) = selection.apply(findings());
        let name = |finding: &Finding| format!("{}+{}", finding.id, finding.related.len());
        (reported.iter().map(name).collect(), kept_back)
    }

    #[test]
    fn all_are_reported_unless_something_is_asked_for() {
        assert_eq!(ids(&[], &[], Severity::Note).0.len(), 3);
    }

    #[test]
    fn severity_counts_for_the_top_only() {
        let errors = (vec!["tls-alert-unknown-ca+1".to_owned()], 2);
        assert_eq!(ids(&[], &[], Severity::Error), errors);
    }

    #[test]
    fn what_is_skipped_is_nowhere() {
        let rest = ["tls-alert-unknown-ca+0", "cap-gap+0"].map(str::to_owned).to_vec();
        assert_eq!(ids(&[], &["x509-untrusted", "tls-fallback"], Severity::Note), (rest, 1));
    }

    #[test]
    fn what_is_asked_for_comes_up_from_below() {
        let both = ["tls-fallback+0", "x509-untrusted+0"].map(str::to_owned).to_vec();
        assert_eq!(ids(&["x509-untrusted", "tls-fallback"], &[], Severity::Note), (both, 1));
    }
}
