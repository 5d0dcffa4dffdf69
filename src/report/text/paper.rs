//! Styled, wrapped lines; the one place where captured text reaches a terminal, so the one place that escapes it.

use crate::report::escape::printable;
use anstyle::{AnsiColor, Style};
use std::io::{self, Write};

/// Plain text.
pub(super) const PLAIN: Style = Style::new();
/// What the eye should find.
pub(super) const STRONG: Style = Style::new().bold();
/// What it may pass over.
pub(super) const FAINT: Style = Style::new().dimmed();
/// Something failed.
pub(super) const RED: Style = AnsiColor::Red.on_default().bold();
/// Something is at risk.
pub(super) const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
/// Worth knowing.
pub(super) const CYAN: Style = AnsiColor::Cyan.on_default().bold();
/// All is well.
pub(super) const GREEN: Style = AnsiColor::Green.on_default().bold();

/// Text narrower than this is not wrapped any further.
const TEXT_WIDTH_MIN: usize = 24;

/// Lines of a fixed width.
pub(super) struct Paper<'a> {
    out: &'a mut dyn Write,
    width: usize,
}

/// What stands at the left of a paragraph.
#[derive(Clone, Copy)]
pub(super) struct Label<'a> {
    /// Columns before it.
    pub(super) indent: usize,
    /// The label itself, on the first line only.
    pub(super) text: &'a str,
    /// Its style.
    pub(super) style: Style,
    /// Column where the paragraph begins.
    pub(super) column: usize,
}

impl Label<'_> {
    /// No label: a paragraph at a column.
    pub(super) fn none(column: usize) -> Label<'static> {
        Label { indent: column, text: "", style: PLAIN, column }
    }
}

impl<'a> Paper<'a> {
    /// Paper of `width` columns.
    pub(super) fn new(out: &'a mut dyn Write, width: usize) -> Self {
        Self { out, width }
    }

    /// An empty line.
    pub(super) fn blank(&mut self) -> io::Result<()> {
        self.out.write_all(b"\n")
    }

    /// A label and beside it a paragraph, broken between words.
    pub(super) fn paragraph(
        &mut self,
        label: Label<'_>,
        style: Style,
        text: &str,
    ) -> io::Result<()> {
        let text = printable(text);
        let room = self.width.saturating_sub(label.column).max(TEXT_WIDTH_MIN);
        for (index, line) in wrap(&text, room).into_iter().enumerate() {
            self.lead(label, index == 0)?;
            writeln!(self.out, "{style}{line}{style:#}")?;
        }
        Ok(())
    }

    /// A label and beside it text on one line, however long: for what is copied as a whole.
    pub(super) fn line(&mut self, label: Label<'_>, style: Style, text: &str) -> io::Result<()> {
        self.lead(label, true)?;
        writeln!(self.out, "{style}{}{style:#}", printable(text))
    }

    fn lead(&mut self, label: Label<'_>, first: bool) -> io::Result<()> {
        let Label { indent, text, style, column } = label;
        if !first || text.is_empty() {
            return write!(self.out, "{:column$}", "");
        }
        let text = printable(text);
        let gap = column.saturating_sub(indent + text.chars().count()).max(1);
        write!(self.out, "{:indent$}{style}{text}{style:#}{:gap$}", "", "")
    }
}

/// Breaks `text` between words into lines of at most `room` characters; a longer word has a line of its own.
fn wrap(text: &str, room: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            lines.push(String::new());
            used = 0;
        }
        if let Some(line) = lines.last_mut() {
            let space = if used > 0 { " " } else { "" };
            line.push_str(space);
            line.push_str(word);
            used += space.len() + length;
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_broken() {
        assert_eq!(wrap("one two  three", 7), ["one two", "three"]);
        assert_eq!(wrap("a 123456789 b", 4), ["a", "123456789", "b"]);
        assert_eq!(wrap("", 4), [""]);
    }

    #[test]
    fn a_label_stands_on_the_first_line_only() {
        let mut bytes = Vec::new();
        let label = Label { indent: 2, text: "Cause", style: PLAIN, column: 8 };
        let text = "the issuer of the certificate is not trusted";
        Paper::new(&mut bytes, 36).paragraph(label, PLAIN, text).expect("written");
        assert_eq!(
            String::from_utf8_lossy(&bytes),
            "  Cause the issuer of the\n        certificate is not trusted\n"
        );
    }

    #[test]
    fn a_captured_escape_sequence_never_leaves() {
        let mut bytes = Vec::new();
        let label = Label { indent: 0, text: "\x1b[2J", style: PLAIN, column: 4 };
        Paper::new(&mut bytes, 80).line(label, PLAIN, "\x1b]0;x\x07").expect("written");
        assert!(!bytes.contains(&0x1b));
    }
}
