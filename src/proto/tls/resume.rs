//! Where the next record of a direction begins, also behind a hole in the capture.

use super::records::are_records;
use crate::proto::{Then, Verdict};

/// Where the next unread byte of a direction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// At the start of a record of which `missing` bytes are still to come; 0 where its length is not known.
    Record {
        /// Bytes.
        missing: u64,
    },
    /// Behind a hole, inside a record that goes on for this many bytes.
    Inside(u64),
    /// Anywhere: a segment that begins with records is waited for.
    Lost,
}

impl Default for Place {
    fn default() -> Self {
        Self::Record { missing: 0 }
    }
}

impl Place {
    /// Bytes still to come of the record at hand, where its length is known.
    pub(super) fn missing(self) -> usize {
        match self {
            Self::Record { missing } => usize::try_from(missing).unwrap_or(usize::MAX),
            Self::Inside(_) | Self::Lost => 0,
        }
    }

    /// `len` bytes are not in the capture: the place behind them is known while they lie within one record.
    pub(super) fn gap(&mut self, len: u64) {
        let left = match *self {
            Self::Record { missing } => missing,
            Self::Inside(left) => left,
            Self::Lost => 0,
        };
        *self = match left.checked_sub(len) {
            Some(left) => Self::Inside(left),
            None => Self::Lost,
        };
    }

    /// Goes to the next record: `None` when it begins right here, else what to answer.
    pub(super) fn find_record(&mut self, bytes: &[u8]) -> Option<(usize, Then)> {
        let answer = match *self {
            Self::Record { .. } => None,
            Self::Inside(left) => Some((0, Then::Skip(left))),
            Self::Lost => match are_records(bytes) {
                Verdict::Yes => None,
                Verdict::More => return Some((0, Then::More)),
                Verdict::No => return Some((bytes.len(), Then::More)),
            },
        };
        *self = Self::default();
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hole_within_a_record_loses_nothing_behind_it() {
        let mut place = Place::Record { missing: 100 };
        place.gap(60);
        place.gap(30);
        assert_eq!(place.find_record(&[0; 50]), Some((0, Then::Skip(10))));
        assert_eq!(place.find_record(&[0; 40]), None);
    }

    #[test]
    fn behind_a_larger_hole_a_segment_that_begins_with_records_is_waited_for() {
        let mut place = Place::Record { missing: 100 };
        place.gap(101);
        assert_eq!(place.find_record(&[7; 50]), Some((50, Then::More)));
        assert_eq!(place.find_record(&[21, 3, 3]), Some((0, Then::More)));
        assert_eq!(place.find_record(&[21, 3, 3, 0, 2, 1, 0]), None);
        assert_eq!(place, Place::default());
    }
}
