//! Responses that stand in the capture before their requests, so that later ones are not paired off by one.

use crate::units::{At, Frame, SECOND, Side};

/// Two taps and merged files put packets this far out of order.
const APART_NS: i64 = SECOND / 20;

/// Final responses that came when no request was waiting.
#[derive(Default)]
pub(super) struct Orphans {
    count: u32,
    last: At,
    /// Requests were not captured, somewhere.
    gapped: bool,
    /// The packet at which the client's bytes behind a gap were let through: they may be older than it.
    flushed: Option<Frame>,
}

impl Orphans {
    /// A response found no request.
    pub(super) fn add(&mut self, at: At) {
        self.count += 1;
        self.last = at;
    }

    /// Bytes of a side are missing.
    pub(super) fn gap(&mut self, side: Side, at: At) {
        self.gapped = true;
        if side == Side::Client {
            self.flushed = Some(at.frame);
        }
    }

    /// Whether this request is one that was answered before it was seen.
    pub(super) fn answer(&mut self, at: At, from_start: bool) -> bool {
        let near = at.time.since(self.last.time) <= APART_NS && from_start && !self.gapped;
        let late = near || self.flushed == Some(at.frame);
        if self.count == 0 || !late {
            self.count = 0;
            return false;
        }
        self.count -= 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Time;

    fn at(number: u64, ms: i64) -> At {
        At { frame: Frame::new(0, number), time: Time(ms * SECOND / 1000) }
    }

    #[test]
    fn a_request_right_behind_its_response_is_answered() {
        let mut orphans = Orphans::default();
        orphans.add(at(1, 0));
        assert!(orphans.answer(at(2, 1), true));
        assert!(!orphans.answer(at(3, 2), true), "one response answers one request");
        orphans.add(at(4, 10));
        assert!(!orphans.answer(at(5, 900), true), "a response that nobody asked for");
        orphans.add(at(6, 1000));
        assert!(!orphans.answer(at(7, 1001), false), "its request came before the capture");
    }

    #[test]
    fn requests_behind_a_gap_may_be_older_than_they_seem() {
        let mut orphans = Orphans::default();
        orphans.add(at(1, 0));
        orphans.add(at(2, 0));
        orphans.gap(Side::Client, at(9, 400));
        assert!(orphans.answer(at(9, 400), true));
        assert!(!orphans.answer(at(10, 401), true));
    }
}
