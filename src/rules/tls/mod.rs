//! Rules about TLS handshakes that failed, or completed and carried nothing.

pub(super) mod alert;
pub(super) mod encrypted_alert;
pub(super) mod end;
pub(super) mod fallback;
pub(super) mod fin_after_finished;
pub(super) mod reasons;
pub(super) mod server_drop;
pub(super) mod sslv2_hello;
pub(super) mod tls13;
pub(super) mod wrong_protocol;

use super::attempt::Attempt;
use super::why::Reason;
use super::{Found, Id, Step};
use crate::finding::Key;
use crate::units::At;

/// A finding about a failed handshake, as yet without words.
fn failed<'a>(id: &Id, attempt: &Attempt<'a>, at: At) -> Found<'a> {
    Found::between(id, attempt.ends(), at)
        .service(attempt.name())
        .step(Step::Handshake, attempt.name())
}

/// The packet and the faults that a reason brings.
fn with_reason<'a>(found: Found<'a>, reason: Option<&Reason<'a>>) -> Found<'a> {
    let Some(reason) = reason else { return found };
    let found = found.faults(reason.faults.iter().cloned());
    match &reason.evidence {
        Some((at, note)) => found.evidence(*at, note.clone()),
        None => found,
    }
}

/// What tells failures apart that begin with `word`: the same for another reason is another episode.
fn key(word: &str, reason: Option<&Reason<'_>>) -> Key {
    match reason {
        Some(Reason { id: Some(id), .. }) => Key::of(&[word, id]),
        Some(Reason { faults, .. }) => match faults.first() {
            Some(fault) => Key::of(&[word, fault.id, fault.of.key().as_str()]),
            None => Key::of(&[word, ""]),
        },
        None => Key::of(&[word, ""]),
    }
}
