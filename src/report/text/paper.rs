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
        let mut first = true;
        wrap(&text, room, |line| {
            self.lead(label, std::mem::take(&mut first))?;
            self.styled(style, line)
        })
    }

    /// The rest of a line.
    fn styled(&mut self, style: Style, text: &str) -> io::Result<()> {
        write!(self.out, "{style}")?;
        self.out.write_all(text.as_bytes())?;
        writeln!(self.out, "{style:#}")
    }

    /// Columns left empty.
    fn skip(&mut self, columns: usize) -> io::Result<()> {
        write!(self.out, "{:columns$}", "")
    }

    /// A label and beside it text on one line, however long: for what is copied as a whole.
    pub(super) fn line(&mut self, label: Label<'_>, style: Style, text: &str) -> io::Result<()> {
        self.lead(label, true)?;
        self.styled(style, &printable(text))
    }

    fn lead(&mut self, label: Label<'_>, first: bool) -> io::Result<()> {
        let Label { indent, text, style, column } = label;
        if !first || text.is_empty() {
            return self.skip(column);
        }
        let text = printable(text);
        let gap = column.saturating_sub(indent + text.chars().count()).max(1);
        self.skip(indent)?;
        write!(self.out, "{style}{text}{style:#}")?;
        self.skip(gap)
    }
}

/// Breaks `text` between words into lines of at most `room` characters; a longer word has a line of its own.
fn wrap(text: &str, room: usize, mut write: impl FnMut(&str) -> io::Result<()>) -> io::Result<()> {
    let mut line = String::with_capacity(room.min(text.len()));
    let mut used = 0;
    for word in text.split_whitespace() {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > room {
            write(&line)?;
            line.clear();
            used = 0;
        }
        if used > 0 {
            line.push(' ');
            used += 1;
        }
        line.push_str(word);
        used += length;
    }
    write(&line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_never_broken() {
        let wrap = |text, room| {
            let mut lines = Vec::new();
            let write = |line: &str| {
                lines.push(line.to_owned());
                Ok(())
            };
            wrap(text, room, write).expect("a Vec takes all");
            lines
        };
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
