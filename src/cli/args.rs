//! What was typed: options and commands, checked for themselves.

use super::near;
use crate::finding::Severity;
use crate::limits::MEMORY_DEFAULT;
use crate::rules::{Id, RULES};
use crate::trust::Anchors;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
use std::path::PathBuf;

/// Reads network captures and says why a handshake failed.
#[derive(Debug, Parser)]
#[command(
    name = "finwhale",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    after_help = "Exit status: 0 no finding of severity error, 1 at least one, 2 an input or argument is wrong."
)]
pub(super) struct Args {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) analyze: Analyze,
}

/// What is there beside triage.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Explain a finding (its manual page) or a code: tls-alert-unknown-ca, "alert 48", 0x80090325
    Explain {
        /// Id of a finding, or a code as it stands in a log
        #[arg(required = true, value_name = "ID|CODE", allow_negative_numbers = true)]
        words: Vec<String>,
    },
    /// List every finding that can be made
    Rules,
    /// Print completions for a shell
    Completions {
        /// Which
        shell: Shell,
    },
    /// Print the manual page (roff)
    Man,
}

/// What to read, and how to report it.
#[derive(Debug, clap::Args)]
pub(super) struct Analyze {
    /// Captures: files, directories (walked in name order), or - for standard input; a file named as a command: ./explain
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// Format of the report [default: by the suffix of --output, else text]
    #[arg(short, long, value_enum)]
    pub(super) format: Option<Format>,
    /// Where the report goes [default: standard output]
    #[arg(short, long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,
    /// Read only packets that match this BPF expression
    #[cfg(feature = "live")]
    #[arg(long, value_name = "BPF")]
    pub(super) filter: Option<String>,
    /// Trust anchors, repeatable: mozilla, system, none, a PEM or DER file, or a folder of them
    #[arg(long, value_name = "ANCHORS", default_value = "mozilla", value_parser = anchors)]
    pub(super) trust: Vec<Trusted>,
    /// TLS secrets: none, for this version does not decrypt
    #[arg(long, value_name = "none", value_parser = keylog)]
    pub(super) keylog: Option<NoSecrets>,
    /// Which facts json and ndjson carry
    #[arg(long, value_enum, default_value_t)]
    pub(super) facts: FactLevel,
    /// Worker threads; the report is the same for every number; what is compressed is unpacked on one more [default: cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub(super) jobs: Option<u16>,
    /// Ceiling for everything that is kept in memory
    #[arg(long, value_name = "SIZE", default_value = "1G", value_parser = size)]
    pub(super) memory: u64,
    /// Report findings of this severity and above
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t)]
    pub(super) min_severity: MinSeverity,
    /// Report these findings only
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = id)]
    pub(super) only: Vec<&'static str>,
    /// Do not report these findings
    #[arg(long, value_name = "ID,…", value_delimiter = ',', value_parser = id)]
    pub(super) skip: Vec<&'static str>,
    /// Rank the findings and say no more
    #[arg(short, long, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Say more: related findings in full, references, what each file was
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// When to use colours
    #[arg(long, value_enum, value_name = "WHEN", default_value_t)]
    pub(super) color: Color,
    /// No progress bar
    #[arg(long)]
    pub(super) no_progress: bool,
}

/// Formats of the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For a person
    Text,
    /// One document
    Json,
    /// One object a line, as it becomes known
    Ndjson,
}

/// Which facts machine formats carry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FactLevel {
    /// No facts
    None,
    /// All but completed handshakes that carried data and trusted certificates
    #[default]
    Notable,
    /// All facts
    All,
}

/// The severity from which on findings are reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum MinSeverity {
    /// All findings
    #[default]
    Note,
    /// Warnings and errors
    Warning,
    /// Errors
    Error,
}

impl From<MinSeverity> for Severity {
    fn from(severity: MinSeverity) -> Self {
        match severity {
            MinSeverity::Note => Self::Note,
            MinSeverity::Warning => Self::Warning,
            MinSeverity::Error => Self::Error,
        }
    }
}

/// When to use colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    #[default]
    Auto,
    /// Everywhere
    Always,
    /// Nowhere
    Never,
}

/// One value of `--trust`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Trusted {
    /// Trust is not judged.
    Nobody,
    /// These anchors are trusted.
    Anchors(Anchors),
}

/// `--keylog none`: the one value that this version takes.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoSecrets;

fn anchors(text: &str) -> Result<Trusted, String> {
    Ok(match text {
        "none" => Trusted::Nobody,
        "mozilla" => Trusted::Anchors(Anchors::Mozilla),
        "system" => Trusted::Anchors(Anchors::System),
        path => Trusted::Anchors(Anchors::Path(PathBuf::from(path))),
    })
}

fn keylog(text: &str) -> Result<NoSecrets, String> {
    match text {
        "none" => Ok(NoSecrets),
        _ => Err("this version does not decrypt, so it has no use for secrets".to_owned()),
    }
}

/// The least that `--memory` may be: below it the parts are too small to hold a message.
const MEMORY_MIN: u64 = 16 << 20;

/// `512M`, `1G`, `1.5GiB`, `1000000`: powers of 1,024.
fn size(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 0,
        "k" | "kb" | "kib" => 10,
        "m" | "mb" | "mib" => 20,
        "g" | "gb" | "gib" => 30,
        "t" | "tb" | "tib" => 40,
        _ => return Err(format!("not a size; {MEMORY_DEFAULT}, 1024M and 1G are the same size")),
    };
    let number: f64 = digits.parse().map_err(|_| "not a size; 512M and 1G are".to_owned())?;
    let bytes = number * (1_u64 << shift) as f64;
    if bytes < MEMORY_MIN as f64 {
        return Err("too little: 16M at least".to_owned());
    }
    // Saturates: more than there is, is no limit.
    Ok(bytes as u64)
}

/// Every id that a rule can report, in the order of the rules.
pub(super) fn ids() -> impl Iterator<Item = &'static Id> {
    RULES.iter().flat_map(|rule| rule.ids)
}

fn id(text: &str) -> Result<&'static str, String> {
    if let Some(known) = ids().find(|known| known.id.eq_ignore_ascii_case(text)) {
        return Ok(known.id);
    }
    let near = near::sentence(text, ids().map(|known| known.id));
    Err(format!("no finding has this id{near}; `finwhale rules` lists them all"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn parse(line: &str) -> Result<Args, clap::Error> {
        Args::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_options_do_not_contradict_each_other() {
        Args::command().debug_assert();
    }

    #[test]
    fn a_file_is_read_and_a_command_is_run() {
        assert!(parse("finwhale a.pcap").expect("parses").command.is_none());
        let explain = parse("finwhale explain alert 48").expect("parses").command;
        assert!(matches!(explain, Some(Command::Explain { words }) if words == ["alert", "48"]));
        let path = parse("finwhale ./explain").expect("parses");
        assert_eq!(path.analyze.files, [PathBuf::from("./explain")]);
    }

    #[test]
    fn a_negative_code_is_no_option() {
        let explain = parse("finwhale explain -2146893044").expect("parses").command;
        assert!(matches!(explain, Some(Command::Explain { .. })));
    }

    #[test]
    fn sizes_have_binary_units() {
        assert_eq!(size("1G"), Ok(MEMORY_DEFAULT));
        assert_eq!(size("1.5GiB"), Ok(3 << 29));
        assert_eq!(size("16777216"), Ok(16 << 20));
        assert!(["", "G", "1X", "-1G", "1K", "NaN", "1Gé"].iter().all(|text| size(text).is_err()));
    }

    #[test]
    fn ids_are_known_or_near_ones_are_named() {
        let only = parse("finwhale --only cap-gap,CAP-SNAP a.pcap").expect("parses");
        assert_eq!(only.analyze.only, ["cap-gap", "cap-snap"]);
        let error = parse("finwhale --skip cap-gab a.pcap").expect_err("unknown").to_string();
        assert!(error.contains("cap-gap"), "{error}");
    }

    #[test]
    fn what_does_not_work_yet_is_unknown() {
        for line in ["finwhale -w e.pcapng a", "finwhale -f html a"] {
            assert_eq!(parse(line).expect_err("unknown").exit_code(), 2);
        }
        let error = parse("finwhale --keylog keys.txt a").expect_err("refused").to_string();
        assert!(error.contains("does not decrypt"), "{error}");
    }
}
