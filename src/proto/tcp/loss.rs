//! Segments that are sent again and again: whether the large ones alone are lost.

use super::{Blackhole, Header};
use crate::units::{At, Side};

/// Lost segments that are told apart; more make no difference.
const SEGMENTS_MAX: usize = 8;

/// Retransmitted segments of one side that the peer has not acknowledged.
#[derive(Debug, Default)]
pub(super) struct Loss {
    segments: Vec<Lost>,
}

#[derive(Debug)]
struct Lost {
    seq: u32,
    len: u32,
    first: At,
    last: At,
    transmissions: u32,
    dont_fragment: bool,
    /// From the first repetition to the second, nanoseconds.
    first_gap: i64,
    /// From the last repetition but one to the last.
    last_gap: i64,
}

impl Loss {
    /// A segment was sent again.
    pub(super) fn repeated(&mut self, header: &Header) {
        let Header { seq, len, at, dont_fragment, .. } = *header;
        let room = self.segments.len() < SEGMENTS_MAX;
        match self.segments.iter_mut().find(|lost| lost.seq == seq && lost.len == len) {
            Some(lost) => {
                lost.transmissions += 1;
                lost.last_gap = at.time.since(lost.last.time);
                if lost.transmissions == 3 {
                    lost.first_gap = lost.last_gap;
                }
                lost.last = at;
            }
            None if room => {
                // The original was transmission one.
                let (first, last, transmissions) = (at, at, 2);
                self.segments.push(Lost {
                    seq,
                    len,
                    first,
                    last,
                    transmissions,
                    dont_fragment,
                    first_gap: 0,
                    last_gap: 0,
                });
            }
            None => {}
        }
    }

    /// The peer acknowledged up to `ack`: gives the longest segment that arrived by this.
    pub(super) fn acked(&mut self, ack: u32) -> u32 {
        let arrived = |lost: &Lost| ack.wrapping_sub(lost.seq.wrapping_add(lost.len)) as i32 >= 0;
        let longest = self.segments.iter().filter(|lost| arrived(lost)).map(|lost| lost.len).max();
        self.segments.retain(|lost| !arrived(lost));
        longest.unwrap_or(0)
    }

    /// Nothing is outstanding.
    pub(super) fn is_over(&self) -> bool {
        self.segments.is_empty()
    }

    /// The sequence number of the first lost segment: what lies before it was acknowledged.
    pub(super) fn first(&self) -> Option<u32> {
        let first = self.segments.first()?.seq;
        let before = |lost: &&Lost| lost.seq.wrapping_sub(first) as i32;
        self.segments.iter().min_by_key(before).map(|lost| lost.seq)
    }

    /// More than `bytes` behind the SYN's sequence number were lost first.
    pub(super) fn is_behind(&self, start: Option<u32>, bytes: u32) -> bool {
        let far = |lost: &Lost, start| lost.seq.wrapping_sub(start) > bytes;
        start.is_some_and(|start| self.segments.iter().all(|lost| far(lost, start)))
    }

    /// What never arrived, when some segment was sent three times or more.
    pub(super) fn blackhole(
        &self,
        sender: Side,
        passed_size: u32,
        mss: Option<u16>,
    ) -> Option<(At, Blackhole)> {
        let lost: Vec<&Lost> =
            self.segments.iter().filter(|lost| lost.transmissions >= 3).collect();
        let first = lost.iter().min_by_key(|lost| lost.first)?;
        let hole = Blackhole {
            sender,
            lost_size: lost.iter().map(|lost| lost.len).min()?,
            passed_size,
            lost_segments: lost.len() as u32,
            transmissions: lost.iter().map(|lost| lost.transmissions).sum(),
            mss,
            dont_fragment: lost.iter().all(|lost| lost.dont_fragment),
            backed_off: lost.iter().any(|lost| lost.backed_off()),
            last: lost.iter().map(|lost| lost.last).max()?,
            later_arrived: false,
        };
        Some((first.first, hole))
    }
}

impl Lost {
    /// The sender's timer ran out again and again: each time it waits longer (RFC 6298 section 5.5).
    fn backed_off(&self) -> bool {
        self.transmissions >= 4 && self.last_gap >= self.first_gap.saturating_mul(3) / 2
    }
}
