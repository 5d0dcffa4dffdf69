//! What a code means, in every space that knows it.

use super::paper::{FAINT, Label, PLAIN, Paper, STRONG};
use crate::codes::{Explanation, Kin};
use std::io;

/// Columns of an explanation.
const WIDTH: usize = 100;

/// Where text behind a label begins.
const COLUMN: usize = 15;

/// Styled text: each meaning with where it is written, the codes that go with it, and the findings that rest on it;
/// `summary` says what a finding is.
pub fn meanings(meanings: &[Explanation], summary: impl Fn(&str) -> &'static str) -> String {
    let mut text = Vec::new();
    let mut paper = Paper::new(&mut text, WIDTH);
    for (index, meaning) in meanings.iter().enumerate() {
        // Writing to a Vec cannot fail.
        let _ = write(index, meaning, &summary, &mut paper);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn write(
    index: usize,
    code: &Explanation,
    summary: &impl Fn(&str) -> &'static str,
    paper: &mut Paper<'_>,
) -> io::Result<()> {
    if index > 0 {
        paper.blank()?;
    }
    let number = if code.written == code.name { "" } else { &code.written };
    let head = format!("{} {number}: {}", code.title, code.name).replace(" :", ":");
    paper.paragraph(Label::none(0), STRONG, &head)?;
    if !code.meaning.is_empty() {
        row("Meaning", &code.meaning, paper)?;
    }
    for (title, text) in &code.notes {
        row(title, text, paper)?;
    }
    rows("May hide", &code.hides, paper)?;
    rows("Shown as", &code.shown_as, paper)?;
    rows("See also", &code.kin, paper)?;
    for id in &code.findings {
        row("Finding", &format!("{id}: {}", summary(id)), paper)?;
    }
    row("Source", code.source, paper)
}

/// Labels and beside each its paragraph; empty ones are left out.
pub fn labelled(paragraphs: &[(&str, &str)]) -> String {
    let mut text = Vec::new();
    let mut paper = Paper::new(&mut text, WIDTH);
    for (label, paragraph) in paragraphs.iter().filter(|(_, paragraph)| !paragraph.is_empty()) {
        // Writing to a Vec cannot fail.
        let _ = row(label, paragraph, &mut paper);
    }
    String::from_utf8_lossy(&text).into_owned()
}

/// A row for each way in which codes go with this one.
fn rows(title: &str, kin: &[Kin], paper: &mut Paper<'_>) -> io::Result<()> {
    let mut rest = kin;
    while let Some(first) = rest.first() {
        let alike = rest.iter().take_while(|kin| kin.why == first.why).count();
        let (together, others) = rest.split_at(alike);
        row(title, &format!("{}: {}", codes(together), first.why), paper)?;
        rest = others;
    }
    Ok(())
}

/// `win32 1326 ERROR_LOGON_FAILURE, 1330 ERROR_PASSWORD_EXPIRED`; a name that is its own number stands once.
fn codes(kin: &[Kin]) -> String {
    let mut text = String::new();
    let mut last = "";
    for Kin { space, written, name, .. } in kin {
        let comma = if text.is_empty() { "" } else { ", " };
        let space = if *space == last { "" } else { space };
        let name = if written == name { "" } else { name };
        let words = [space, written, name].into_iter().filter(|word| !word.is_empty());
        text.push_str(comma);
        text.push_str(&words.collect::<Vec<_>>().join(" "));
        last = if space.is_empty() { last } else { space };
    }
    text
}

fn row(name: &str, text: &str, paper: &mut Paper<'_>) -> io::Result<()> {
    let label = Label { indent: 2, text: name, style: FAINT, column: COLUMN };
    paper.paragraph(label, PLAIN, text)
}
