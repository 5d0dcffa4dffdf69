//! Rules say what the facts mean: pure functions over all facts, cause before symptom.

use crate::facts::Facts;
use crate::finding::{Confidence, Finding, Severity};

/// A kind of finding that a rule can make: a row of the catalogue.
#[derive(Clone, Copy, Debug)]
pub struct Id {
    /// Stable id.
    pub id: &'static str,
    /// Severity at the most.
    pub severity: Severity,
    /// Confidence at the most.
    pub confidence: Confidence,
    /// One line.
    pub summary: &'static str,
}

/// A rule: its ids, its manual page, its check.
pub struct Rule {
    /// What it can report; a rule of many kin (the alerts) has many.
    pub ids: &'static [Id],
    /// Manual page in Markdown: *What it means / How it looks on the wire / Usual causes / What to do / References*.
    pub manual: &'static str,
    /// Ids of findings that one of this rule explains when it hit the same client and server.
    pub explains: &'static [&'static str],
    /// Finds.
    pub check: fn(&Facts, &mut Vec<Finding>),
}

/// All rules, cause before symptom.
pub const RULES: &[Rule] = &[];

/// What the facts mean: findings folded into episodes, symptoms below causes, ranked.
pub fn diagnose(facts: &Facts) -> Vec<Finding> {
    let mut findings = Vec::new();
    for rule in RULES {
        (rule.check)(facts, &mut findings);
    }
    findings
}
