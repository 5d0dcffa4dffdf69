//! Triage: reads the captures, asks the rules, writes the report.

use super::args::{Analyze, Format, Trusted};
use super::output::{self, Output};
use super::progress::Progress;
use super::select::Selection;
use super::sink::{Sink, Stream};
use super::{Failure, Status, complain};
use crate::facts::Facts;
use crate::finding::Severity;
use crate::limits::Limits;
use crate::pipeline::{Pipeline, Threads, Wanted};
use crate::report::json::{Document, Ndjson};
use crate::report::text::Length;
use crate::rules;
use crate::source::{self, Input, inputs};
use crate::trust::{Anchors, Trust};
use std::io::{self, IsTerminal};

/// Reads what was named and reports.
pub(super) fn run(args: &Analyze) -> Result<Status, Failure> {
    let limits = Limits::new(args.memory);
    let pipeline = Pipeline::new(limits, trust(&args.trust)?, wanted(args)?)
        .with_threads(Threads::new(jobs(args)));
    let format = output::format(args)?;
    let output = Output::new(args)?;
    let (inputs, errors) = inputs::list(&args.files, &limits);
    errors.iter().for_each(|error| complain(error));

    let progress = Progress::new(&inputs, is_bar_wanted(args, format, &output));
    let mut sink = Sink::new(stream(args, format, output), args.facts, progress);
    let (facts, failed) = read(pipeline, &inputs, &limits, &mut sink);
    let (findings, hidden) = selection(args).apply(rules::diagnose(&facts));
    sink.finish(&facts, &findings, hidden)?;
    let status = match () {
        () if failed > 0 || !errors.is_empty() => Status::Wrong,
        () if findings.iter().any(|finding| finding.severity == Severity::Error) => Status::Found,
        () => Status::Clean,
    };
    // The program ends here: to free millions of small pieces one by one would take a tenth of its time.
    std::mem::forget(findings);
    std::mem::forget(facts);
    Ok(status)
}

/// Worker threads: as many as asked for, else as the process has cores.
fn jobs(args: &Analyze) -> usize {
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    args.jobs.map_or_else(cores, usize::from)
}

/// The packets that `--filter` selects.
#[cfg(feature = "live")]
fn wanted(args: &Analyze) -> Result<Option<Wanted>, String> {
    use crate::source::filter::Filter;
    use std::collections::BTreeSet;
    let Some(expression) = &args.filter else { return Ok(None) };
    let mut filter = Filter::new(expression).map_err(|error| format!("--filter: {error}"))?;
    let mut told = BTreeSet::new();
    Ok(Some(Box::new(move |link, packet| {
        let matches = filter.matches(link, packet);
        for (link, message) in filter.refused().filter(|(link, _)| told.insert(*link)) {
            let what = "packets of link type";
            complain(&format_args!("--filter leaves out all {what} {link}: {message}"));
        }
        matches
    })))
}

#[cfg(not(feature = "live"))]
fn wanted(_: &Analyze) -> Result<Option<Wanted>, String> {
    Ok(None)
}

/// The report, to be written while captures are read or at the end.
fn stream(args: &Analyze, format: Format, output: Output) -> Stream {
    match format {
        Format::Text => Stream::Text { output, length: length(args), color: args.color },
        Format::Json => Stream::Json(Document::new(output.writer())),
        Format::Ndjson => Stream::Ndjson(Ndjson::new(output.writer())),
    }
}

fn length(args: &Analyze) -> Length {
    match (args.quiet, args.verbose) {
        (true, _) => Length::Short,
        (_, true) => Length::Long,
        _ => Length::Full,
    }
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
