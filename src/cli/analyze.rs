//! Triage: reads the captures, asks the rules, writes the report.

use super::args::{Analyze, Format, Trusted};
use super::output::{self, Output};
use super::progress::Progress;
use super::select::Selection;
use super::sink::{Sink, Stream};
use super::{Failure, Status, complain};
use crate::facts::Facts;
use crate::finding::{Finding, Severity};
use crate::limits::Limits;
use crate::pipeline::Pipeline;
use crate::report::json::{Document, Ndjson};
use crate::report::text::{Length, Report};
use crate::rules;
use crate::source::{self, Input, inputs};
use crate::trust::{Anchors, Trust};
use std::io::{self, IsTerminal};

/// Reads what was named and reports.
pub(super) fn run(args: &Analyze) -> Result<Status, Failure> {
    let limits = Limits::new(args.memory);
    let pipeline = Pipeline::new(limits, trust(&args.trust)?, None);
    let format = output::format(args)?;
    let output = Output::new(args)?;
    let (inputs, errors) = inputs::list(&args.files, &limits);
    errors.iter().for_each(|error| complain(error));

    let wanted = is_bar_wanted(args, format, &output);
    let progress = Progress::new(&inputs, wanted);
    let (stream, text_output) = match format {
        Format::Text => (Stream::Text, Some(output)),
        Format::Json => (Stream::Json(Document::new(output.writer())), None),
        Format::Ndjson => (Stream::Ndjson(Ndjson::new(output.writer())), None),
    };
    let mut sink = Sink::new(stream, args.facts, progress);
    let (facts, failed) = read(pipeline, &inputs, &limits, &mut sink);
    let (findings, hidden) = selection(args).apply(rules::diagnose(&facts));
    if let Some(output) = text_output {
        print(args, output, &facts, &findings, hidden)?;
    }
    sink.finish(&facts, &findings)?;
    Ok(match () {
        () if failed > 0 || !errors.is_empty() => Status::Wrong,
        () if findings.iter().any(|finding| finding.severity == Severity::Error) => Status::Found,
        () => Status::Clean,
    })
}

/// The anchors of all `--trust`; `none` stands alone.
fn trust(values: &[Trusted]) -> Result<Trust, String> {
    let anchors: Vec<Anchors> = values.iter().filter_map(Trusted::anchors).collect();
    if anchors.len() < values.len() && values.len() > 1 {
        return Err("--trust none allows no other --trust".to_owned());
    }
    Trust::load(&anchors)
}

impl Trusted {
    fn anchors(&self) -> Option<Anchors> {
        match self {
            Self::Nobody => None,
            Self::Anchors(anchors) => Some(anchors.clone()),
        }
    }
}

/// A bar on standard error, unless it would run into a report that is written at the same time.
fn is_bar_wanted(args: &Analyze, format: Format, output: &Output) -> bool {
    let disturbs = format == Format::Ndjson && output.is_terminal();
    !args.no_progress && !args.quiet && !disturbs && io::stderr().is_terminal()
}

/// Reads all inputs; gives the facts and the number of inputs that could not be read.
fn read(
    mut pipeline: Pipeline,
    inputs: &[Input],
    limits: &Limits,
    sink: &mut Sink,
) -> (Facts, usize) {
    let mut failed = 0;
    for input in inputs {
        let name = input.to_string();
        let result = source::open(input, limits).map_err(|error| error.to_string()).and_then(
            |mut source| {
                pipeline
                    .read(&name, source.as_mut(), sink)
                    .map_err(|error| format!("{name}: {error}"))
            },
        );
        if let Err(error) = result {
            sink.progress.suspend(|| complain(&error));
            failed += 1;
        }
        if sink.failed() {
            break;
        }
        sink.progress.file_done(input);
    }
    let facts = pipeline.finish(sink);
    sink.progress.clear();
    (facts, failed)
}

fn selection(args: &Analyze) -> Selection<'_> {
    Selection { only: &args.only, skip: &args.skip, min_severity: args.min_severity.into() }
}

fn print(
    args: &Analyze,
    output: Output,
    facts: &Facts,
    findings: &[Finding],
    hidden: usize,
) -> io::Result<()> {
    let length = match (args.quiet, args.verbose) {
        (true, _) => Length::Short,
        (_, true) => Length::Long,
        _ => Length::Full,
    };
    let mut styled = Vec::new();
    Report { facts, findings, hidden, length, width: output.width() }.write(&mut styled)?;
    output.print(&styled, args.color)
}
