//! Whose clock is wrong: the clocks of hosts compared with each other, the capture's being one voice among them.

mod compare;
pub(super) mod skew;

pub(super) use compare::{Skewed, skewed};

use super::{FaultKey, words};
use crate::finding::Party;
use crate::proto::clock::Source;
use crate::units::{SECOND, Time};
use std::net::IpAddr;

/// More than Kerberos takes between two clocks (RFC 4120 section 3.2.3: for instance 5 minutes), nanoseconds.
const APART_MIN: i64 = 300 * SECOND;

/// Names the finding that says that the clock of `host` is wrong, for rules whose findings may come of it.
pub(super) fn fault(host: IpAddr) -> FaultKey {
    FaultKey { id: skew::ID.id, server: Party::Host(host), key: String::new() }
}

/// Where a reading was taken, in words.
fn source(source: Source) -> &'static str {
    match source {
        Source::Ntp => "its NTP replies",
        Source::Kerberos => "its time stamps in Kerberos",
        Source::Ntlm => "its NTLM challenges",
        Source::HttpDate => "the Date of its HTTP responses",
    }
}

/// `7 min ahead of`, `2 h behind`: to the nearest minute, as many clocks are read without fractions of a second.
pub(super) fn apart(ns: i64) -> String {
    let size = words::duration(ns.saturating_abs().saturating_add(30 * SECOND));
    if ns < 0 { format!("{size} behind") } else { format!("{size} ahead of") }
}

/// What a clock showed that was `ns` ahead at `time`.
fn shown(time: Time, ns: i64) -> String {
    words::moment(Time(time.0.saturating_add(ns)).seconds())
}
