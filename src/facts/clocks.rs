//! The clock table: how far each host's clock is from that of the capture.

use super::Facts;
use crate::proto::clock::{Reading, Source};
use crate::units::{At, Ends};
use std::collections::BTreeMap;

/// What is known of a host's clock.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    /// By source: readings taken.
    pub sources: BTreeMap<Source, Offset>,
}

/// Readings of one clock from one source. Positive: the host is ahead of the capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Offset {
    /// Smallest and largest offset, nanoseconds.
    pub range_ns: (i64, i64),
    /// Where the smallest and the largest were read.
    pub at: (At, At),
    /// How many.
    pub count: u64,
}

impl Facts {
    /// Notes a reading.
    pub(super) fn fold_clock(&mut self, _reading: &Reading, _at: At, _ends: &Ends) {}
}
