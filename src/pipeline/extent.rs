//! How much of a capture was read, and from when to when it goes.

use crate::facts::Capture;
use crate::source::{Batch, LINK_NONE};
use crate::units::Time;

/// Counts over packets.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extent {
    packets: u64,
    /// Captured bytes.
    pub(super) bytes: u64,
    /// Smallest and largest time stamps.
    times: Option<(Time, Time)>,
}

impl Extent {
    /// Of one batch; packets that were left out do not count.
    pub(super) fn of(batch: &Batch<'_>) -> Self {
        let mut extent = Self::default();
        for packet in batch.packets.iter().filter(|packet| packet.link != LINK_NONE) {
            extent.packets += 1;
            extent.bytes += u64::from(packet.captured);
            let (first, last) = extent.times.unwrap_or((packet.time, packet.time));
            extent.times = Some((first.min(packet.time), last.max(packet.time)));
        }
        extent
    }

    /// Adds another one.
    pub(super) fn join(&mut self, other: Self) {
        self.packets += other.packets;
        self.bytes += other.bytes;
        self.times = match (self.times, other.times) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (times, others) => times.or(others),
        };
    }

    /// Writes it down.
    pub(super) fn describe(self, capture: &mut Capture) {
        (capture.packets, capture.bytes) = (self.packets, self.bytes);
        (capture.first, capture.last) = self.times.unzip();
    }
}
