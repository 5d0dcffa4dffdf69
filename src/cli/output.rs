//! Where the report goes, in which format: standard output or a file.

use super::args::{Analyze, Color, Format};
use anstream::{AutoStream, ColorChoice};
use std::fs::{self, File};
use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::path::{Path, PathBuf};

/// Columns of text that does not go to a terminal.
const WIDTH_DEFAULT: usize = 100;
/// Longer lines are hard to read, however wide the terminal.
const WIDTH_MAX: usize = 120;
/// Narrower terminals wrap for themselves.
const WIDTH_MIN: usize = 60;

/// The place of the report.
pub(super) enum Output {
    /// Standard output.
    Stdout,
    /// A file, already made.
    File(File),
}

impl Output {
    /// Makes the file of `--output`.
    ///
    /// # Errors
    /// It cannot be made, or it is one of the captures to read.
    pub(super) fn new(args: &Analyze) -> Result<Self, String> {
        let Some(path) = args.output.as_deref().filter(|path| *path != Path::new("-")) else {
            return Ok(Self::Stdout);
        };
        if is_input(path, &args.files) {
            return Err(format!("{}: is an input; the report would overwrite it", path.display()));
        }
        File::create(path).map(Self::File).map_err(|error| format!("{}: {error}", path.display()))
    }

    /// It is a terminal.
    pub(super) fn is_terminal(&self) -> bool {
        matches!(self, Self::Stdout) && io::stdout().is_terminal()
    }

    /// Columns for text.
    pub(super) fn width(&self) -> usize {
        match terminal_size::terminal_size() {
            Some((width, _)) if self.is_terminal() => {
                usize::from(width.0).clamp(WIDTH_MIN, WIDTH_MAX)
            }
            _ => WIDTH_DEFAULT,
        }
    }

    /// A writer of bytes.
    pub(super) fn writer(self) -> BufWriter<Box<dyn Write>> {
        BufWriter::new(match self {
            Self::Stdout => Box::new(io::stdout()),
            Self::File(file) => Box::new(file),
        })
    }

    /// A writer of styled text, which leaves styles out where they are not wanted.
    pub(super) fn styled(self, color: Color) -> BufWriter<Box<dyn Write>> {
        BufWriter::new(match self {
            Self::Stdout => Box::new(stdout(color)),
            Self::File(file) => {
                let choice = match color {
                    Color::Always => ColorChoice::Always,
                    Color::Auto | Color::Never => ColorChoice::Never,
                };
                Box::new(AutoStream::new(file, choice))
            }
        })
    }
}

/// Standard output, which leaves styles out where they are not wanted.
pub(super) fn stdout(color: Color) -> AutoStream<Stdout> {
    let stdout = io::stdout();
    let choice = match color {
        Color::Auto => AutoStream::choice(&stdout),
        Color::Always => ColorChoice::Always,
        Color::Never => ColorChoice::Never,
    };
    AutoStream::new(stdout, choice)
}

/// `path` is one of the captures, by whatever name.
fn is_input(path: &Path, inputs: &[PathBuf]) -> bool {
    let Ok(true_path) = fs::canonicalize(path) else { return false };
    inputs.iter().filter_map(|input| fs::canonicalize(input).ok()).any(|input| input == true_path)
}

/// The format: as asked for, else by the suffix of the file, else text.
///
/// # Errors
/// The suffix is that of a format that is not written.
pub(super) fn format(args: &Analyze) -> Result<Format, String> {
    if let Some(format) = args.format {
        return Ok(format);
    }
    let suffix = args.output.as_deref().and_then(Path::extension).unwrap_or_default();
    match suffix.to_ascii_lowercase().to_str() {
        Some("json") => Ok(Format::Json),
        Some("ndjson" | "jsonl") => Ok(Format::Ndjson),
        Some(suffix @ ("html" | "htm" | "md" | "pdf")) => {
            Err(format!("no report is written as {suffix}; name a format with --format"))
        }
        _ => Ok(Format::Text),
    }
}
