//! `tls-encrypted-alert`: an alert that cannot be read (up to TLS 1.2) came before both sides had finished.

use super::{failed, with_reason};
use crate::codes::encrypted_alert_length;
use crate::facts::Facts;
use crate::finding::Confidence;
use crate::proto::tls::Alert;
use crate::rules::attempt::{self, Attempt, Stage};
use crate::rules::why::{self, Reason};
use crate::rules::{Episodes, Found, Id, Rule, Step, words};
use crate::units::Side;

const ID: Id = Id::error(
    "tls-encrypted-alert",
    Confidence::Likely,
    "An encrypted alert came before both sides had sent their Finished",
);

pub(crate) const RULE: Rule = Rule {
    ids: &[ID],
    manual: include_str!("../manual/tls-encrypted-alert.md"),
    explains: &[],
    check,
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>) {
    for attempt in attempt::attempts(facts).filter(|attempt| !attempt.handshake.incomplete) {
        if let Some((alert, sender)) = before_both_finished(&attempt) {
            episodes.add(alerted(facts, &attempt, alert, sender));
        }
    }
}

/// The sender has changed to its keys and sends an alert, before both sides have sent their Finished.
pub(super) fn before_both_finished<'a>(attempt: &Attempt<'a>) -> Option<(&'a Alert, Side)> {
    let alert = attempt.handshake.alerts.iter().find(|alert| alert.clear.is_none())?;
    let sender = attempt.role(alert.sender);
    let steps = attempt.steps();
    let changed = steps.change_cipher_spec.get(sender.index()).copied().flatten()?;
    let unfinished = steps.finished.iter().any(|finished| finished.is_none_or(|at| at > alert.at));
    (unfinished && changed <= alert.at && !attempt.is_tls13()).then_some((alert, sender))
}

fn title(sender: Side, service: &str, reason: Option<&Reason>) -> String {
    let (who, whom) = match sender {
        Side::Client => (words::CLIENT, service),
        Side::Server => (service, words::CLIENT),
    };
    let why = reason.map_or_else(String::new, |reason| format!(": probably {}", reason.short));
    format!("{who} refuses {whom} with an encrypted alert{why}")
}

fn alerted<'a>(facts: &'a Facts, attempt: &Attempt<'a>, alert: &Alert, sender: Side) -> Found<'a> {
    let service = attempt.service();
    let who = if sender == Side::Client { words::CLIENT } else { service.as_str() };
    let reason = why::best(facts, attempt);
    let because =
        reason.as_ref().map_or_else(String::new, |reason| format!(" Probably: {}", reason.cause));
    let size = match attempt.answer().and_then(|answer| {
        encrypted_alert_length(answer.cipher, answer.version, answer.encrypt_then_mac)
    }) {
        Some(length) if length == alert.record_length => {
            format!("; its {length} bytes are those of an alert in this suite")
        }
        _ => String::new(),
    };
    let found = failed(&ID, attempt, alert.at)
        .title(title(sender, &service, reason.as_ref()))
        .cause(format!(
            "{who} had changed to encryption and sent an alert before both sides had finished the handshake{size}: \
             probably it could not accept the other side's Finished (keys that differ, a changed stream) or its \
             credentials.{because}"
        ))
        .remedy(format!(
            "Read the log of {who} at this time (on Windows Schannel event 36888 there and 36887 at its peer say which \
             alert it was); with the TLS keys (SSLKEYLOGFILE) the alert can be read."
        ))
        .key(sender.name())
        .step(if attempt.stage() == Stage::Completed { Step::Data } else { Step::Handshake }, attempt.name())
        .evidence(alert.at, format!("encrypted alert of the {} ({} bytes)", sender.name(), alert.record_length))
        .references(&["RFC 5246 section 7.2"]);
    with_reason(found, reason)
}
