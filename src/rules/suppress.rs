//! Success suppresses: a failure that the same client soon got over is a note.

use crate::facts::{Facts, Spans};
use crate::units::{Endpoint, SECOND, Time};
use std::net::IpAddr;

/// What a client may achieve with a server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A TCP connection.
    Connected,
    /// A TLS handshake.
    Handshake,
    /// A TLS handshake, and application data sent after it.
    Data,
}

impl Step {
    /// The words of "recovered by …".
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Connected => "another connection that came to stand",
            Self::Handshake => "another handshake that completed",
            Self::Data => "another connection that carried data",
        }
    }
}

/// Successes this long after a failure (or shortly before: racing connections) make up for it.
const AFTER: i64 = 5 * SECOND;
const BEFORE: i64 = 2 * SECOND;

/// The client passed `step` with the same server, under the same name, within seconds of `time`.
pub(super) fn recovered(
    facts: &Facts,
    client: IpAddr,
    server: Endpoint,
    step: Step,
    name: Option<&str>,
    time: Time,
) -> bool {
    let Some(pair) = facts.pairs.get(&(client, server)) else { return false };
    let spans: &Spans = match step {
        Step::Connected => &pair.opened,
        Step::Handshake => &pair.completed,
        Step::Data => &pair.with_data,
    };
    let near =
        spans.within(Time(time.0.saturating_sub(BEFORE)), Time(time.0.saturating_add(AFTER)));
    near && (step == Step::Connected || name_succeeded(facts, server, name))
}

/// Many sites share an address: success with one says nothing of another.
fn name_succeeded(facts: &Facts, server: Endpoint, name: Option<&str>) -> bool {
    match (name, facts.servers.get(&server)) {
        (Some(name), Some(server)) => server.names.contains_key(name),
        (Some(_), None) => false,
        (None, _) => true,
    }
}
