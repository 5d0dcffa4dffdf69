//! The command line: what was typed, what runs, and the only place that prints.

mod analyze;
mod args;
mod explain;
mod near;
mod output;
mod progress;
mod select;
mod sink;

use args::{Args, Color, Command};
use clap::{CommandFactory, Parser};
use std::fmt::Display;
use std::io::{self, Write};
use std::process::ExitCode;

/// How a run came out, as the exit status says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    /// Nothing of severity error.
    Clean = 0,
    /// A finding of severity error.
    Found = 1,
    /// An input or an argument is wrong.
    Wrong = 2,
}

/// Why nothing, or nothing more, can be reported.
#[derive(Debug)]
enum Failure {
    /// The report cannot be written.
    Write(io::Error),
    /// An argument is wrong.
    Argument(String),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self::Argument(message)
    }
}

/// Runs the program with the arguments of the process.
pub fn main() -> ExitCode {
    let status = match run(&Args::parse()) {
        Ok(status) => status,
        // Who closes the pipe has read enough.
        Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Status::Clean,
        Err(Failure::Write(error)) => {
            complain(&format_args!("the report cannot be written: {error}"));
            Status::Wrong
        }
        Err(Failure::Argument(message)) => {
            complain(&message);
            Status::Wrong
        }
    };
    ExitCode::from(status as u8)
}

fn run(args: &Args) -> Result<Status, Failure> {
    let text = match &args.command {
        None => return analyze::run(&args.analyze),
        Some(Command::Explain { words }) => explain::explain(words)?.into_bytes(),
        Some(Command::Rules) => explain::rules().into_bytes(),
        Some(Command::Completions { shell }) => {
            let mut script = Vec::new();
            clap_complete::generate(*shell, &mut Args::command(), "finwhale", &mut script);
            script
        }
        Some(Command::Man) => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Args::command()).render(&mut page)?;
            page
        }
    };
    let mut stdout = output::stdout(Color::Auto);
    stdout.write_all(&text)?;
    stdout.flush()?;
    Ok(Status::Clean)
}

/// Says on standard error what is wrong.
fn complain(what: &dyn Display) {
    let what = what.to_string();
    // Where standard error is closed, nobody wants to know.
    let _ = writeln!(io::stderr(), "finwhale: {}", crate::report::escape::printable(&what));
}
