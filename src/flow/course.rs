//! How a capture's time goes on: what depends on the order of all packets, whatever shard they belong to.

use super::seconds;
use crate::units::{At, SECOND, Tally, Time};

/// Where a capture has come to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Course {
    /// The packet at hand.
    pub(super) now: At,
    /// Its capture second, and when that began: most packets share it with the one before.
    second: (u32, Time),
    /// The earlier of the last two time stamps, seconds: a single one that is far ahead retires nobody.
    clock: u32,
    /// Packets whose time stamps step back.
    pub(super) reordered: Tally,
}

impl Course {
    /// Goes on to the packet at `at`; gives the clock when that changes it.
    #[inline]
    pub(super) fn step(&mut self, at: At) -> Option<u32> {
        if at.time < self.now.time && at.frame.number() > 1 {
            self.reordered.add(at);
        }
        let before = self.second();
        if !(0..SECOND).contains(&at.time.since(self.second.1)) {
            self.second = (seconds(at), Time(at.time.seconds().saturating_mul(SECOND)));
        }
        let clock = before.min(self.second());
        self.now = at;
        (std::mem::replace(&mut self.clock, clock) != clock).then_some(clock)
    }

    /// The capture second of the packet at hand.
    #[inline]
    pub(super) fn second(&self) -> u32 {
        self.second.0
    }

    /// Goes on to where `later` ended, which began behind this one.
    pub(super) fn go_on(&mut self, later: &Self) {
        let mut reordered = self.reordered;
        reordered.join(later.reordered);
        *self = Self { reordered, ..*later };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Frame;

    #[test]
    fn one_time_stamp_that_is_far_ahead_does_not_move_the_clock() {
        let mut course = Course::default();
        let mut clock = Vec::new();
        for (number, second) in (1..).zip([10, 10, 9000, 10, 11, 12, 12]) {
            let at = At { frame: Frame::new(0, number), time: Time(second * SECOND) };
            clock.push(course.step(at));
        }
        assert_eq!(clock, [None, Some(10), None, None, None, Some(11), Some(12)]);
        assert_eq!(course.reordered.count, 1);
    }
}
