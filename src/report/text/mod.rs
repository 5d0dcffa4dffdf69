//! The report for a person with an angry phone: first a ranking, then each finding with its proof, then what was not seen.

mod detail;
mod figures;
mod filter;
mod limits;
mod meaning;
mod overview;
mod paper;

pub use meaning::{labelled, meanings};

use crate::facts::Facts;
use crate::finding::{Episode, Finding, Severity};
use crate::report::totals::{Counts, Totals};
use crate::units::{Frame, Time};
use figures::counted;
use paper::{CYAN, Label, Paper, RED, STRONG, YELLOW};
use std::io::{self, Write};
use std::rc::Rc;

/// Findings told one by one, unless all are asked for: who has more wants to choose.
const DETAILS_MAX: usize = 100;

/// How much to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Length {
    /// The ranking only.
    Short,
    /// The first hundred findings with cause, remedy and proof.
    #[default]
    Full,
    /// All findings, related ones in full too, and references.
    Long,
}

/// What there is to say, and how.
#[derive(Clone, Copy, Debug)]
pub struct Report<'a> {
    /// All facts.
    pub facts: &'a Facts,
    /// The findings to report, ranked.
    pub findings: &'a [Rc<Episode<'a>>],
    /// Findings that the options keep back.
    pub hidden: usize,
    /// How much to say.
    pub length: Length,
    /// Columns; text is wrapped at them.
    pub width: usize,
}

impl Report<'_> {
    /// Writes the report with terminal styles; who wants none strips them.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let paper = &mut Paper::new(out, self.width);
        let totals = Totals::of(self.facts);
        let sorted = Sorted::of(self.findings);
        overview::write(self, &sorted, &totals, paper)?;
        self.details(&sorted, paper)?;
        limits::write(self, &sorted, &totals, paper)?;
        overview::totals(self, &sorted, &totals, paper)
    }

    fn details(&self, sorted: &Sorted<'_>, paper: &mut Paper<'_>) -> io::Result<()> {
        let shown = match self.length {
            Length::Short => return Ok(()),
            Length::Full => DETAILS_MAX,
            Length::Long => usize::MAX,
        };
        for (index, finding) in sorted.ranked.iter().take(shown).enumerate() {
            detail::write(self, index + 1, &finding.tell(), paper)?;
        }
        let left = sorted.ranked.len().saturating_sub(shown);
        if left > 0 {
            paper.blank()?;
            let findings = counted(left as u64, "more finding");
            let told =
                format!("{findings} not told here: -v tells all, --min-severity and --only choose");
            paper.paragraph(Label::none(0), STRONG, &told)?;
        }
        Ok(())
    }

    /// `frame 9`, and the file where there are several.
    fn frame(&self, frame: Frame) -> String {
        match self.file(frame) {
            Some(path) => format!("frame {} of {path}", frame.number()),
            None => format!("frame {}", frame.number()),
        }
    }

    /// The file of a frame, where there are several.
    fn file(&self, frame: Frame) -> Option<&str> {
        let several = self.facts.captures.len() > 1;
        let capture = self.facts.captures.get(usize::from(frame.file()))?;
        several.then_some(capture.path.as_str())
    }

    /// The first packet of the capture that a finding rests on: offsets count from there.
    fn origin(&self, finding: &Finding) -> Option<Time> {
        let file = finding.evidence.first().map_or(0, |evidence| evidence.at.frame.file());
        self.facts.captures.get(usize::from(file))?.first
    }
}

/// The findings, looked at once: there may be very many.
struct Sorted<'a> {
    /// Those on the traffic, ranked.
    ranked: Vec<&'a Episode<'a>>,
    /// Those on the capture itself: they are told at the end, in [`limits`].
    about_capture: Vec<&'a Episode<'a>>,
    /// How many on the traffic.
    counts: Counts,
    /// How many in all.
    all: Counts,
}

impl<'a> Sorted<'a> {
    fn of(findings: &'a [Rc<Episode<'a>>]) -> Self {
        let (ranked, about_capture) = (Vec::with_capacity(findings.len()), Vec::new());
        let (counts, all) = (Counts::default(), Counts::default());
        let mut sorted = Self { ranked, about_capture, counts, all };
        for finding in findings {
            sorted.all.add(finding.severity);
            if limits::is_about_capture(finding) {
                sorted.about_capture.push(finding);
            } else {
                sorted.counts.add(finding.severity);
                sorted.ranked.push(finding);
            }
        }
        sorted
    }
}

/// The colour of a severity.
fn colour(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Error => RED,
        Severity::Warning => YELLOW,
        Severity::Note => CYAN,
    }
}

/// `ERROR`, `WARNING`, `NOTE`.
fn shouted(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "ERROR",
        Severity::Warning => "WARNING",
        Severity::Note => "NOTE",
    }
}

#[cfg(test)]
mod tests;
