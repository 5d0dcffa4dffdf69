//! A progress bar on standard error for what takes longer than a second.

use crate::source::Input;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::fs;
use std::time::{Duration, Instant};

/// Shorter runs show nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// How far the run is.
pub(super) struct Progress {
    begun: Instant,
    /// Bytes of all files; `None` where one of them does not say.
    total: Option<u64>,
    /// Bytes of the files before the one at hand.
    before: u64,
    /// The bar, once patience is over; `None` where none is wanted.
    bar: Option<ProgressBar>,
    wanted: bool,
}

impl Progress {
    /// Of reading `inputs`.
    pub(super) fn new(inputs: &[Input], wanted: bool) -> Self {
        let total = inputs.iter().map(length).sum();
        Self { begun: Instant::now(), total, before: 0, bar: None, wanted }
    }

    /// So many bytes of the file at hand were read.
    pub(super) fn at(&mut self, bytes: u64) {
        if self.wanted && self.bar.is_none() && self.begun.elapsed() >= PATIENCE {
            self.bar = Some(bar(self.total));
        }
        if let Some(bar) = &self.bar {
            bar.set_position(self.before + bytes);
        }
    }

    /// A file was read to its end.
    pub(super) fn file_done(&mut self, input: &Input) {
        self.before += length(input).unwrap_or(0);
    }

    /// Takes the bar away.
    pub(super) fn clear(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        self.wanted = false;
    }

    /// Runs `print` with the bar out of its way.
    pub(super) fn suspend(&self, print: impl FnOnce()) {
        match &self.bar {
            Some(bar) => bar.suspend(print),
            None => print(),
        }
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

fn bar(total: Option<u64>) -> ProgressBar {
    let template = match total {
        Some(_) => {
            "{bar:40} {percent:>3} % of {decimal_total_bytes} at {decimal_bytes_per_sec}, {eta} left"
        }
        None => "{spinner} {decimal_bytes} at {decimal_bytes_per_sec}",
    };
    let style =
        ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
    ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr()).with_style(style)
}
