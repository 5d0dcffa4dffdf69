//! The machine-readable report: objects in a stream (NDJSON) or in one document (JSON).
//!
//! The schema lives in this folder alone, so that the shapes inside the program can change without it.

mod auth;
mod certificate;
mod dns;
mod fact;
mod handshake;
mod http;
mod krb5;
mod object;
mod smb;

use crate::facts::{Capture, Facts, Kept};
use crate::finding::Episode;
use serde::Serialize;
use std::io::{self, BufWriter, Seek, Write};
use std::rc::Rc;
use tempfile::SpooledTempFile;

/// Facts of a JSON document wait in memory up to this many bytes, beyond it in a temporary file.
const SPOOL_BYTES_MAX: usize = 1 << 20;

/// One object a line, in the order of the analysis.
pub struct Ndjson<W: Write> {
    out: W,
}

impl<W: Write> Ndjson<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out }
    }

    /// A fact, as it comes.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn fact(&mut self, path: &str, kept: &Kept) -> io::Result<()> {
        match fact::object(path, kept) {
            Some(object) => line(&mut self.out, &object),
            None => Ok(()),
        }
    }

    /// A capture, after its facts.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn capture(&mut self, capture: &Capture) -> io::Result<()> {
        line(&mut self.out, &object::capture(capture))
    }

    /// Hands on what was written so far.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }

    /// The findings and the summary.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn finish(mut self, facts: &Facts, findings: &[Rc<Episode<'_>>]) -> io::Result<()> {
        for finding in findings {
            line(&mut self.out, &object::finding(facts, &finding.tell()))?;
        }
        line(&mut self.out, &object::summary(facts, findings))?;
        self.out.flush()
    }
}

/// One document with everything; its facts wait outside memory until the captures before them are known.
pub struct Document<W: Write> {
    out: W,
    facts: BufWriter<SpooledTempFile>,
    any: bool,
}

impl<W: Write> Document<W> {
    /// Writes to `out`.
    pub fn new(out: W) -> Self {
        Self { out, facts: BufWriter::new(SpooledTempFile::new(SPOOL_BYTES_MAX)), any: false }
    }

    /// A fact, as it comes.
    ///
    /// # Errors
    /// Those of the temporary file.
    pub fn fact(&mut self, path: &str, kept: &Kept) -> io::Result<()> {
        let Some(object) = fact::object(path, kept) else { return Ok(()) };
        if std::mem::replace(&mut self.any, true) {
            self.facts.write_all(b",\n")?;
        }
        Ok(serde_json::to_writer(&mut self.facts, &object)?)
    }

    /// Captures, facts, findings and the summary.
    ///
    /// # Errors
    /// Those of the writer and of the temporary file.
    pub fn finish(mut self, facts: &Facts, findings: &[Rc<Episode<'_>>]) -> io::Result<()> {
        self.out.write_all(b"{\"captures\":[\n")?;
        for (index, capture) in facts.captures.iter().enumerate() {
            item(&mut self.out, index, &object::capture(capture))?;
        }
        self.out.write_all(b"],\n\"facts\":[\n")?;
        let mut waiting = self.facts.into_inner()?;
        waiting.rewind()?;
        io::copy(&mut waiting, &mut self.out)?;
        self.out.write_all(b"],\n\"findings\":[\n")?;
        for (index, finding) in findings.iter().enumerate() {
            item(&mut self.out, index, &object::finding(facts, &finding.tell()))?;
        }
        self.out.write_all(b"],\n\"summary\":")?;
        serde_json::to_writer(&mut self.out, &object::summary(facts, findings))?;
        self.out.write_all(b"}\n")?;
        self.out.flush()
    }
}

fn line<T: Serialize>(out: &mut impl Write, object: &T) -> io::Result<()> {
    serde_json::to_writer(&mut *out, object)?;
    out.write_all(b"\n")
}

/// An object of a list; those after the first stand behind a comma.
fn item<T: Serialize>(out: &mut impl Write, index: usize, object: &T) -> io::Result<()> {
    if index > 0 {
        out.write_all(b",\n")?;
    }
    Ok(serde_json::to_writer(out, object)?)
}

#[cfg(test)]
mod tests;
