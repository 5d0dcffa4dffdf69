//! Which findings rest on a code: findings.tsv.

use super::table::{Row, SPACES, Space};
use std::sync::LazyLock;

/// A code, and the id of a finding that rests on it.
#[derive(Debug)]
struct Line {
    space: &'static Space,
    row: &'static Row,
    finding: &'static str,
}

impl Line {
    fn parse(line: &'static str) -> Option<Self> {
        let (code, finding) = line.split_once('\t')?;
        let (name, code) = code.split_once(':')?;
        let space = SPACES.iter().find(|space| space.name == name)?;
        Some(Self { space, row: space.cited(code)?, finding })
    }
}

const TABLE: &str = include_str!("findings.tsv");

static LINES: LazyLock<Vec<Line>> =
    LazyLock::new(|| TABLE.lines().skip(1).filter_map(Line::parse).collect());

/// Ids of the findings that rest on this code, in the order of the table.
pub(super) fn findings(space: &Space, row: &Row) -> Vec<&'static str> {
    let rests = |line: &&Line| line.space.name == space.name && line.row == row;
    LINES.iter().filter(rests).map(|line| line.finding).collect()
}

/// Every id that the table names.
pub fn finding_ids() -> impl Iterator<Item = &'static str> {
    LINES.iter().map(|line| line.finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_names_a_known_code() {
        for line in TABLE.lines().skip(1) {
            assert!(Line::parse(line).is_some(), "{line}");
        }
    }
}
