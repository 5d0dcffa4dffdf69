//! `tls-encrypted-alert`: an alert that cannot be read (up to TLS 1.2) came before both sides had finished.

use super::{failed, with_reason};
use crate::codes::encrypted_alert_length;
use crate::facts::Facts;
use crate::finding::{Confidence, Late, Told, late};
use crate::proto::tls::Alert;
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::Said;
use crate::rules::why::Reason;
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

fn check(_: &Facts, episodes: &mut Episodes<'_>) {
    let handshakes = episodes.handshakes();
    let whole = |attempt: &&Attempt<'_>| attempt.sealed_alert && !attempt.handshake.incomplete;
    for attempt in handshakes.attempts.iter().filter(whole) {
        if let Some((alert, sender)) = before_both_finished(attempt) {
            episodes.add(alerted(*attempt, alert, sender, handshakes.best(attempt)));
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

fn alerted<'a>(
    attempt: Attempt<'a>,
    alert: &'a Alert,
    sender: Side,
    reason: Option<&Reason<'a>>,
) -> Found<'a> {
    let why = reason.map(|reason| reason.words.clone());
    let completed = attempt.stage() == Stage::Completed;
    let found = failed(&ID, &attempt, alert.at)
        .told(move || words_for(&attempt, alert, sender, why.as_ref().map(Late::get)))
        .key(sender.name())
        .step(if completed { Step::Data } else { Step::Handshake }, attempt.name())
        .evidence(
            alert.at,
            late(move || {
                let (who, bytes) = (sender.name(), alert.record_length);
                format!("encrypted alert of the {who} ({bytes} bytes)")
            }),
        )
        .references(&["RFC 5246 section 7.2"]);
    with_reason(found, reason)
}

fn words_for(attempt: &Attempt<'_>, alert: &Alert, sender: Side, why: Option<Said>) -> Told {
    let service = attempt.service();
    let (who, whom) = match sender {
        Side::Client => (words::CLIENT, service.as_str()),
        Side::Server => (service.as_str(), words::CLIENT),
    };
    let (short, because) = match why {
        Some(said) => (format!(": probably {}", said.short), format!(" Probably: {}", said.cause)),
        None => (String::new(), String::new()),
    };
    let size = match attempt.answer().and_then(|answer| {
        encrypted_alert_length(answer.cipher, answer.version, answer.encrypt_then_mac)
    }) {
        Some(length) if length == alert.record_length => {
            format!("; its {length} bytes are those of an alert in this suite")
        }
        _ => String::new(),
    };
    Told {
        title: format!("{who} refuses {whom} with an encrypted alert{short}"),
        cause: format!(
            "{who} had changed to encryption and sent an alert before both sides had finished the handshake{size}: \
             probably it could not accept the other side's Finished (keys that differ, a changed stream) or its \
             credentials.{because}"
        ),
        remedy: format!(
            "Read the log of {who} at this time (on Windows Schannel event 36888 there and 36887 at its peer say which \
             alert it was); with the TLS keys (SSLKEYLOGFILE) the alert can be read."
        ),
    }
}
