//! Whose clock is wrong: the clocks of hosts compared with each other, the capture's being one voice among them.

mod compare;
pub(super) mod skew;

pub(super) use compare::{Skewed, skewed};

use super::{FaultKey, FaultOf, words};
use crate::finding::Party;
use crate::proto::clock::Source;
use crate::units::{SECOND, Time};
use std::net::IpAddr;

/// More than Kerberos takes between two clocks (RFC 4120 section 3.2.3: for instance 5 minutes), nanoseconds.
const APART_MIN: i64 = 300 * SECOND;

/// Names the finding that says that the clock of `host` is wrong, for rules whose findings may come of it.
pub(super) fn fault(host: IpAddr) -> FaultKey {
    FaultKey { id: skew::ID.id, server: Party::Host(host), of: FaultOf::Host }
}

/// Where a reading was taken, in words.
fn source(source: Source) -> &'static str {
    match source {
        Source::Ntp => "its NTP replies",
        Source::Kerberos => "its time stamps in Kerberos",
        Source::Smb2 => "the SystemTime of its SMB negotiation",
        Source::Ntlm => "its NTLM challenges",
        Source::HttpDate => "the Date of its HTTP responses",
    }
}

/// `7 min ahead of`, `2 h behind`.
pub(super) fn apart(ns: i64) -> String {
    let size = distance(ns);
    if ns < 0 { format!("{size} behind") } else { format!("{size} ahead of") }
}

/// How far two clocks are apart, whichever is ahead: `7 min`, `2 h`.
pub(super) fn distance(ns: i64) -> String {
    words::duration(rounded(ns.saturating_abs()))
}

/// To the nearest minute, hour or day, as it will be said: a clock in the wrong zone is 3 h off, not 2.
fn rounded(ns: i64) -> i64 {
    let half = match ns / SECOND {
        0..120 => 0,
        120..7_170 => 30,
        7_170..171_000 => 1_800,
        _ => 43_200,
    };
    ns.saturating_add(half * SECOND)
}

/// What a clock showed that was `ns` ahead at `time`.
fn shown(time: Time, ns: i64) -> String {
    words::moment(Time(time.0.saturating_add(ns)).seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearly_three_hours_are_three() {
        assert_eq!(apart(10_799 * SECOND), "3 h ahead of");
        assert_eq!(apart(-10_799 * SECOND), "3 h behind");
        assert_eq!(apart(419 * SECOND), "7 min ahead of");
        assert_eq!(apart(-300 * SECOND), "5 min behind");
        assert_eq!(apart(7_199 * SECOND), "2 h ahead of");
        assert_eq!(apart(172_799 * SECOND), "2 days ahead of");
        assert_eq!(apart(i64::MIN), "106751 days behind");
    }
}
