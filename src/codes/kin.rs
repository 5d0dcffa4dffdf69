//! How codes of different spaces go together: same.tsv, and hides.tsv for what a collapsed status may stand for.

use super::explain::written;
use super::table::{Row, SPACES, Space};
use std::sync::LazyLock;

/// A code of another space that goes with one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kin {
    /// Id of its space.
    pub space: &'static str,
    /// Its number as it is written there; its name in a space of names.
    pub written: String,
    /// Its name.
    pub name: &'static str,
    /// How they go together.
    pub why: &'static str,
}

/// One end of a line: a code, or all codes of a space (`tls_alert:*`).
#[derive(Debug)]
struct End {
    space: &'static Space,
    row: Option<&'static Row>,
}

impl End {
    fn parse(text: &str) -> Option<Self> {
        let (name, code) = text.split_once(':')?;
        let space = SPACES.iter().find(|space| space.name == name)?;
        let row = if code == "*" { None } else { Some(space.cited(code)?) };
        Some(Self { space, row })
    }

    fn is(&self, space: &Space, row: &Row) -> bool {
        self.space.name == space.name && self.row.is_none_or(|own| own == row)
    }

    fn kin(&self, why: &'static str) -> Option<Kin> {
        let row = self.row?;
        let written = written(self.space, row);
        Some(Kin { space: self.space.name, written, name: row.name, why })
    }
}

/// A line: two codes, what the second is to the first, and the first to the second.
#[derive(Debug)]
struct Line {
    ends: [End; 2],
    why: &'static str,
    back: &'static str,
}

impl Line {
    fn parse(line: &'static str) -> Option<Self> {
        let mut columns = line.split('\t');
        let ends = [End::parse(columns.next()?)?, End::parse(columns.next()?)?];
        Some(Self { ends, why: columns.next()?, back: columns.next()? })
    }

    /// What the second end is to this code, if the code is the first.
    fn forth(&self, space: &Space, row: &Row) -> Option<Kin> {
        let [one, two] = &self.ends;
        if one.is(space, row) { two.kin(self.why) } else { None }
    }

    /// What the first end is to this code, if the code is the second.
    fn back(&self, space: &Space, row: &Row) -> Option<Kin> {
        let [one, two] = &self.ends;
        if two.is(space, row) { one.kin(self.back) } else { None }
    }
}

fn lines(table: &'static str) -> Vec<Line> {
    table.lines().skip(1).filter_map(Line::parse).collect()
}

static SAME: LazyLock<Vec<Line>> = LazyLock::new(|| lines(include_str!("same.tsv")));
static HIDES: LazyLock<Vec<Line>> = LazyLock::new(|| lines(include_str!("hides.tsv")));

/// The codes that say the same as this one, or go with it.
pub(super) fn kin(space: &Space, row: &Row) -> Vec<Kin> {
    SAME.iter()
        .filter_map(|line| line.forth(space, row).or_else(|| line.back(space, row)))
        .collect()
}

/// What this code may stand for when it comes from a caller that saw no more than a collapsed status.
pub(super) fn hides(space: &Space, row: &Row) -> Vec<Kin> {
    HIDES.iter().filter_map(|line| line.forth(space, row)).collect()
}

/// The codes that such a caller may show instead of this one.
pub(super) fn shown_as(space: &Space, row: &Row) -> Vec<Kin> {
    HIDES.iter().filter_map(|line| line.back(space, row)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_relates_two_known_codes() {
        for (table, lines) in
            [(include_str!("same.tsv"), &*SAME), (include_str!("hides.tsv"), &*HIDES)]
        {
            for line in table.lines().skip(1) {
                assert!(Line::parse(line).is_some(), "{line}");
            }
            assert_eq!(lines.len(), table.lines().count() - 1);
        }
    }

    #[test]
    fn no_line_stands_twice() {
        let mut pairs: Vec<_> = include_str!("same.tsv")
            .lines()
            .filter_map(|line| line.match_indices('\t').nth(1).and_then(|(end, _)| line.get(..end)))
            .collect();
        let all = pairs.len();
        pairs.sort_unstable();
        pairs.dedup();
        assert_eq!(pairs.len(), all);
    }
}
