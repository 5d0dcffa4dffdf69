//! Absence needs a licence: may the capture be asked why something is not in it?

use crate::facts::Facts;
use crate::finding::Confidence;
use crate::units::{At, Ends};

/// What silence in a capture is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Licence {
    /// Nothing: the capture could not have shown an answer, or ended before one was due.
    Refused,
    /// A hint: packets were lost, or the other direction was not proved to be captured.
    Weak,
    /// As much as absence can prove.
    Full,
}

impl Licence {
    /// How sure a finding of absence may be, at most; `None`: no finding.
    pub fn confidence(self) -> Option<Confidence> {
        match self {
            Self::Refused => None,
            Self::Weak => Some(Confidence::Possible),
            Self::Full => Some(Confidence::Likely),
        }
    }
}

/// May "the server of `ends` did not answer within `timeout_ns` after `since`" be said?
pub fn absence(facts: &Facts, ends: &Ends, since: At, timeout_ns: i64) -> Licence {
    let went_on = facts.capture_end(since).is_some_and(|end| end.since(since.time) >= timeout_ns);
    if !went_on {
        return Licence::Refused;
    }
    if dropped(facts, since) || !facts.lost.is_empty() || !both_directions(facts, ends) {
        return Licence::Weak;
    }
    Licence::Full
}

/// The capturing system, or our own bounds, lost packets of the capture that `at` lies in.
pub fn dropped(facts: &Facts, at: At) -> bool {
    let capture = facts.captures.get(usize::from(at.frame.file()));
    capture.is_some_and(|capture| capture.lost.values().any(|count| *count > 0))
}

/// Packets to the client are in the capture, so an answer to it would be too.
fn both_directions(facts: &Facts, ends: &Ends) -> bool {
    facts.hosts.get(&ends.client.addr).is_some_and(|client| client.sent && client.received)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::testing::{Story, at, ends};
    use crate::units::SECOND;

    const TIMEOUT: i64 = 30 * SECOND;

    #[test]
    fn a_capture_that_ends_too_early_proves_nothing() {
        let facts = Story::new().capture_until(20).two_sided().facts();
        assert_eq!(absence(&facts, &ends(), at(1, 0), TIMEOUT), Licence::Refused);
    }

    #[test]
    fn a_whole_two_sided_capture_licenses_absence() {
        let facts = Story::new().capture_until(60).two_sided().facts();
        assert_eq!(absence(&facts, &ends(), at(1, 0), TIMEOUT), Licence::Full);
    }

    #[test]
    fn drops_and_a_missing_direction_leave_a_hint() {
        let dropped = Story::new().capture_until(60).two_sided().lost("os_drops", 3).facts();
        assert_eq!(absence(&dropped, &ends(), at(1, 0), TIMEOUT), Licence::Weak);
        let blind = Story::new().capture_until(60).facts();
        assert_eq!(absence(&blind, &ends(), at(1, 0), TIMEOUT), Licence::Weak);
    }
}
