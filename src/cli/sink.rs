//! Passes facts on to the report while captures are read, and remembers when the report cannot be written.

use super::args::{Color, FactLevel};
use super::output::Output;
use super::progress::Progress;
use crate::facts::{Capture, Facts, Kept};
use crate::finding::Episode;
use crate::pipeline::FactSink;
use crate::proto::{Fact, auth, krb5, tls};
use crate::report::json::{Document, Ndjson};
use crate::report::text::{Length, Report};
use crate::units::Side;
use std::io::{self, BufWriter, Write};
use std::ops::ControlFlow;
use std::rc::Rc;

type Writer = BufWriter<Box<dyn Write>>;

/// A report that is written while captures are read.
pub(super) enum Stream {
    /// Nothing is: text is written at the end.
    Text {
        /// Where to.
        output: Output,
        /// How much of it.
        length: Length,
        /// When in colours.
        color: Color,
    },
    /// See [`Document`].
    Json(Document<Writer>),
    /// See [`Ndjson`].
    Ndjson(Ndjson<Writer>),
}

/// Takes facts from the pipeline.
pub(super) struct Sink {
    stream: Stream,
    level: FactLevel,
    /// How far the run is.
    pub(super) progress: Progress,
    failure: Option<io::Error>,
}

impl Sink {
    /// Writes the facts of `level` to `stream`.
    pub(super) fn new(stream: Stream, level: FactLevel, progress: Progress) -> Self {
        Self { stream, level, progress, failure: None }
    }

    /// The report cannot be written any further.
    pub(super) fn failed(&self) -> bool {
        self.failure.is_some()
    }

    /// Writes what comes last; `hidden` findings were kept back.
    ///
    /// # Errors
    /// The first failure to write.
    pub(super) fn finish(
        self,
        facts: &Facts,
        findings: &[Rc<Episode<'_>>],
        hidden: usize,
    ) -> io::Result<()> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        match self.stream {
            Stream::Text { output, length, color } => {
                let width = output.width();
                let mut out = output.styled(color);
                Report { facts, findings, hidden, length, width }.write(&mut out)?;
                out.flush()
            }
            Stream::Json(document) => document.finish(facts, findings),
            Stream::Ndjson(ndjson) => ndjson.finish(facts, findings),
        }
    }

    fn note(&mut self, result: io::Result<()>) {
        if let Err(error) = result {
            self.failure.get_or_insert(error);
        }
    }
}

impl FactSink for Sink {
    fn fact(&mut self, path: &str, kept: &Kept) {
        if self.failed() || !wanted(self.level, kept) {
            return;
        }
        let result = match &mut self.stream {
            Stream::Text { .. } => Ok(()),
            Stream::Json(document) => document.fact(path, kept),
            Stream::Ndjson(ndjson) => ndjson.fact(path, kept),
        };
        self.note(result);
    }

    fn capture(&mut self, capture: &Capture) {
        if let Stream::Ndjson(ndjson) = &mut self.stream
            && self.failure.is_none()
        {
            let result = ndjson.capture(capture);
            self.note(result);
        }
    }

    fn progress(&mut self, bytes: u64) -> ControlFlow<()> {
        self.progress.at(bytes);
        // Who reads along with a live capture is told now, not when a buffer is full.
        if let Stream::Ndjson(ndjson) = &mut self.stream
            && self.failure.is_none()
        {
            let result = ndjson.flush();
            self.note(result);
        }
        match self.failed() {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        }
    }
}

fn wanted(level: FactLevel, kept: &Kept) -> bool {
    match level {
        FactLevel::None => false,
        FactLevel::Notable => is_notable(kept),
        FactLevel::All => true,
    }
}

/// All but completed handshakes that carried data, certificates judged trusted, and NTLM logons that went well.
fn is_notable(kept: &Kept) -> bool {
    match &kept.emitted.fact {
        Fact::Tls(tls::Fact::Handshake(handshake)) => {
            let data = handshake.data_records[Side::Client.index()] > 0;
            handshake.outcome != tls::Outcome::Completed || !data
        }
        Fact::Tls(tls::Fact::Certificate(_)) => {
            let trusted =
                |verdict: &crate::trust::Verdict| verdict.judged && verdict.faults.is_empty();
            !kept.verdict.as_deref().is_some_and(trusted)
        }
        Fact::Auth(auth::Fact::Ntlm(ntlm)) => ntlm.accepted != Some(true),
        Fact::Krb5(krb5::Fact::Exchange(exchange)) => {
            !matches!(exchange.outcome, krb5::Outcome::Ticket { .. })
        }
        _ => true,
    }
}
