//! What a capture is mixed of.

use std::ops::Range;

/// A kind of traffic.
#[derive(Debug)]
pub(crate) struct Mix {
    /// What it is called on the command line.
    pub(crate) name: &'static str,
    /// What it is like, in one line.
    pub(crate) about: &'static str,
    /// Nanoseconds from the beginning of one case to that of the next, on average.
    pub(crate) gap: u64,
    /// Of a hundred cases so many are not healthy.
    pub(crate) failing: u64,
    /// Of a hundred bytes so many belong to large transfers.
    pub(crate) bulk: u64,
    /// Bytes of one transfer; at most an eighth of the capture.
    pub(crate) transfer: Range<u64>,
    /// Nanoseconds between segments of a transfer.
    pub(crate) pace: i64,
}

const MILLISECOND: u64 = 1_000_000;

/// All mixes.
pub(crate) const MIXES: [Mix; 3] = [
    Mix {
        name: "office",
        about: "four fifths of the bytes are transfers of half a megabyte, some 100 at a time",
        gap: 5 * MILLISECOND,
        failing: 10,
        bulk: 80,
        transfer: 64 << 10..1 << 20,
        pace: 10 * MILLISECOND as i64,
    },
    Mix {
        name: "handshake",
        about: "cases only, some 2,500 at a time",
        gap: 2 * MILLISECOND,
        failing: 30,
        bulk: 0,
        transfer: 0..1,
        pace: 0,
    },
    Mix {
        name: "bulk",
        about: "99 % of the bytes are large transfers, some 10 at a time",
        gap: 8 * MILLISECOND,
        failing: 10,
        bulk: 99,
        transfer: 16 << 20..128 << 20,
        pace: MILLISECOND as i64 / 10,
    },
];
