//! Which findings are reported: `--only`, `--skip`, `--min-severity`.

use crate::finding::{Episode, Severity};
use std::cmp::Reverse;
use std::rc::Rc;

/// What was asked for.
pub(super) struct Selection<'a> {
    /// These ids only; empty: all.
    pub(super) only: &'a [&'static str],
    /// Not these.
    pub(super) skip: &'a [&'static str],
    /// Not below this.
    pub(super) min_severity: Severity,
}

/// A finding, not yet in words.
type Found<'a> = Rc<Episode<'a>>;

impl Selection<'_> {
    /// The findings to report, ranked as before, and how many top ones are kept back.
    ///
    /// A finding that was asked for by `--only` and lies below one that was not comes up in its place. What lies below a
    /// skipped finding goes with it.
    pub(super) fn apply<'a>(&self, findings: Vec<Found<'a>>) -> (Vec<Found<'a>>, usize) {
        let all = self.only.is_empty() && self.skip.is_empty();
        if all && self.min_severity == Severity::Note {
            return (findings, 0);
        }
        let mut reported = Vec::with_capacity(findings.len());
        let mut kept_back = 0;
        for finding in findings {
            let before = reported.len();
            self.pick(finding, &mut reported);
            kept_back += usize::from(reported.len() == before);
        }
        reported.sort_by_key(|finding| Reverse(finding.severity));
        (reported, kept_back)
    }

    fn pick<'a>(&self, mut finding: Found<'a>, picked: &mut Vec<Found<'a>>) {
        if self.skip.contains(&finding.id) {
            return;
        }
        if finding.related.iter().any(|related| self.skip.contains(&related.id)) {
            let related = &mut Rc::make_mut(&mut finding).related;
            related.retain(|related| !self.skip.contains(&related.id));
        }
        if self.is_asked(&finding) {
            picked.extend(Some(finding).filter(|finding| self.is_grave(finding)));
            return;
        }
        let below = finding.related.iter();
        let below = below.filter(|below| self.is_asked(below) && self.is_grave(below));
        picked.extend(below.map(|below| finding.raised(below.clone())));
    }

    fn is_asked(&self, finding: &Episode<'_>) -> bool {
        self.only.is_empty() || self.only.contains(&finding.id)
    }

    fn is_grave(&self, finding: &Episode<'_>) -> bool {
        finding.severity >= self.min_severity
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Confidence;
    use crate::units::Time;

    fn finding(
        id: &'static str,
        severity: Severity,
        related: Vec<Found<'static>>,
    ) -> Found<'static> {
        let finding = Episode::new(id, severity, Confidence::Certain, Time(0));
        Rc::new(Episode { related, ..finding })
    }

    fn findings() -> Vec<Found<'static>> {
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
        let name = |finding: &Found<'_>| format!("{}+{}", finding.id, finding.related.len());
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
