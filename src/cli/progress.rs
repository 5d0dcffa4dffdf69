//! A progress bar on standard error for what takes longer than a second.

use crate::source::Input;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs;
use std::time::{Duration, Instant};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the run is.
pub(super) struct Progress {
    /// Hidden until patience is over, and for good where none is wanted.
    bar: ProgressBar,
    shown_from: Option<Instant>,
    /// Bytes of the files before the one at hand.
    before: u64,
}

impl Progress {
    /// Of reading `inputs`.
    pub(super) fn new(inputs: &[Input], wanted: bool) -> Self {
        let total = inputs.iter().map(length).sum();
        let shown_from = wanted.then(|| Instant::now() + PATIENCE);
        Self { bar: bar(total), shown_from, before: 0 }
    }

    /// So many bytes of the file at hand were read.
    pub(super) fn at(&mut self, bytes: u64) {
        if self.shown_from.is_some_and(|from| Instant::now() >= from) {
            self.shown_from = None;
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        self.bar.set_position(self.before + bytes);
    }

    /// A file was read to its end.
    pub(super) fn file_done(&mut self, input: &Input) {
        self.before += length(input).unwrap_or(0);
    }

    /// Takes the bar away.
    pub(super) fn clear(&mut self) {
        self.shown_from = None;
        self.bar.finish_and_clear();
    }

    /// Runs `print` with the bar out of its way.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        self.bar.suspend(print);
    }
}

fn length(input: &Input) -> Option<u64> {
    match input {
        Input::File(path) => {
            fs::metadata(path).ok().filter(fs::Metadata::is_file).map(|meta| meta.len())
        }
        Input::Stdin => None,
    }
}

/// A hidden bar; a spinner where the length of one of the files is unknown.
fn bar(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => {
            "{bar:40} {percent:>3} % of {decimal_total_bytes} at {decimal_bytes_per_sec}, {eta} left"
        }
        None => "{spinner} {decimal_bytes} at {decimal_bytes_per_sec}",
    };
    let style = ProgressStyle::with_template(template);
    ProgressBar::with_draw_target(total, ProgressDrawTarget::hidden())
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
