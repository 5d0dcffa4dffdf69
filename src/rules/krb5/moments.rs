//! Spans of success of several kinds put together, so that there is one place to look.

use crate::facts::Spans;
use crate::units::Time;

/// First and last success of each span; sorted and disjoint once joined.
#[derive(Debug, Default)]
pub(super) struct Moments(Vec<(Time, Time)>);

impl Moments {
    /// Takes spans in.
    pub(super) fn add(&mut self, spans: &Spans) {
        self.0.extend(&spans.spans);
    }

    /// Takes a single success in.
    pub(super) fn add_one(&mut self, time: Time) {
        self.0.push((time, time));
    }

    /// Sorts, and joins spans that touch: to be called before any question.
    pub(super) fn join(&mut self) {
        self.0.sort_unstable();
        self.0.dedup_by(|next, before| {
            let touch = next.0 <= before.1;
            if touch {
                before.1 = before.1.max(next.1);
            }
            touch
        });
    }

    /// A success lies in `from..=to`.
    pub(super) fn within(&self, from: Time, to: Time) -> bool {
        let place = self.0.partition_point(|(_, last)| *last < from);
        self.0.get(place).is_some_and(|(first, _)| *first <= to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_that_touch_are_one_and_gaps_remain() {
        let mut moments = Moments::default();
        moments.add(&Spans {
            spans: smallvec::smallvec![(Time(5), Time(9)), (Time(20), Time(20))],
            count: 3,
        });
        moments.add_one(Time(8));
        moments.add(&Spans { spans: smallvec::smallvec![(Time(1), Time(6))], count: 2 });
        moments.join();
        assert_eq!(moments.0, [(Time(1), Time(9)), (Time(20), Time(20))]);
        assert!(moments.within(Time(9), Time(12)) && moments.within(Time(0), Time(1)));
        assert!(!moments.within(Time(10), Time(19)) && !moments.within(Time(21), Time(99)));
    }
}
