//! What a code means, in every space that knows it.

use super::paper::{FAINT, Label, PLAIN, Paper, STRONG};
use crate::codes::{Explanation, Kin};
use std::io;

/// Columns of an explanation.
const WIDTH: usize = 100;

/// Where text behind a label begins.
const COLUMN: usize = 13;

/// Styled text: each meaning with where it is written, and the codes that go with it.
pub fn meanings(meanings: &[Explanation]) -> String {
    let mut text = Vec::new();
    let mut paper = Paper::new(&mut text, WIDTH);
    for (index, meaning) in meanings.iter().enumerate() {
        // Writing to a Vec cannot fail.
        let _ = write(index, meaning, &mut paper);
    }
    String::from_utf8_lossy(&text).into_owned()
}

fn write(index: usize, code: &Explanation, paper: &mut Paper<'_>) -> io::Result<()> {
    if index > 0 {
        paper.blank()?;
    }
    let number = if code.written == code.name { "" } else { &code.written };
    let head = format!("{} {number}: {}", code.title, code.name).replace(" :", ":");
    paper.paragraph(Label::none(0), STRONG, &head)?;
    if !code.meaning.is_empty() {
        row("Meaning", &code.meaning, paper)?;
    }
    for Kin { space, written, name, why } in &code.kin {
        let name = if written == name { String::new() } else { format!(" {name}") };
        row("See also", &format!("{space} {written}{name}: {why}"), paper)?;
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

fn row(name: &str, text: &str, paper: &mut Paper<'_>) -> io::Result<()> {
    let label = Label { indent: 2, text: name, style: FAINT, column: COLUMN };
    paper.paragraph(label, PLAIN, text)
}
