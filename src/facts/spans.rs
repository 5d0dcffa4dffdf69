//! Times of success, folded: enough to say whether one lay near a failure.

use crate::units::{SECOND, Time};
use smallvec::{SmallVec, smallvec};

/// Successes this close are one span.
const CLOSE_NS: i64 = 5 * SECOND;
/// Spans kept; beyond, the two nearest become one.
const SPANS_MAX: usize = 32;

/// Times of success, merged when closer than five seconds; at most 32 spans.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spans {
    /// Sorted, disjoint: first and last success of each.
    pub spans: SmallVec<[(Time, Time); 1]>,
    /// Successes in all.
    pub count: u64,
}

impl Spans {
    /// No success.
    pub const fn never() -> Self {
        Self { spans: SmallVec::new_const(), count: 0 }
    }

    /// Notes a success.
    pub fn add(&mut self, time: Time) {
        self.count += 1;
        let place = self.spans.partition_point(|(first, _)| *first <= time);
        let before = place.checked_sub(1).filter(|at| time.since(self.spans[*at].1) <= CLOSE_NS);
        if let Some(before) = before {
            self.spans[before].1 = self.spans[before].1.max(time);
            self.merge(before);
        } else {
            self.spans.insert(place, (time, time));
            self.merge(place);
        }
        if self.spans.len() > SPANS_MAX {
            self.merge_nearest();
        }
    }

    /// Joins a span with the next one when they are close.
    fn merge(&mut self, at: usize) {
        let Some((first, last)) = self.spans.get(at + 1).copied() else { return };
        if first.since(self.spans[at].1) <= CLOSE_NS {
            self.spans[at].1 = last;
            self.spans.remove(at + 1);
        }
    }

    fn merge_nearest(&mut self) {
        let gap = |at: &usize| self.spans[at + 1].0.since(self.spans[*at].1);
        let Some(at) = (0..self.spans.len() - 1).min_by_key(gap) else { return };
        self.spans[at].1 = self.spans[at + 1].1;
        self.spans.remove(at + 1);
    }

    /// All spans become one.
    pub fn squeeze(&mut self) {
        if let (Some((first, _)), Some((_, last))) = (self.spans.first(), self.spans.last()) {
            self.spans = smallvec![(*first, *last)];
        }
    }

    /// A success lies in `from..=to`.
    pub fn within(&self, from: Time, to: Time) -> bool {
        self.spans.iter().any(|(first, last)| *first <= to && *last >= from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time(seconds * SECOND)
    }

    #[test]
    fn near_successes_are_one_span_and_far_ones_are_not() {
        let mut spans = Spans::default();
        for seconds in [100, 3, 1, 104, 50, 5] {
            spans.add(at(seconds));
        }
        assert_eq!(spans.spans[..], [(at(1), at(5)), (at(50), at(50)), (at(100), at(104))]);
        assert_eq!(spans.count, 6);
        assert!(spans.within(at(2), at(3)) && !spans.within(at(6), at(49)));
    }

    #[test]
    fn a_million_successes_take_no_more_room_than_32() {
        let mut spans = Spans::default();
        for n in 0..10_000 {
            spans.add(at(n * 7919 % 100_000));
        }
        assert!(spans.spans.len() <= SPANS_MAX);
        assert!(spans.spans.is_sorted());
    }
}
