//! `tls-alert-*`: an alert in clear ended the handshake. The alert names a symptom; what both sides showed names the cause.

use super::{failed, with_reason};
use crate::codes::{alert_meaning, alert_name};
use crate::facts::Facts;
use crate::finding::Confidence::Certain;
use crate::proto::tls::Alert;
use crate::rules::attempt::{self, Attempt};
use crate::rules::why::{self, Reason};
use crate::rules::{Episodes, Found, Id, Rule, words};
use crate::units::Side;

mod table;

use table::{COUNT, ROWS, Row};

/// inappropriate_fallback: what follows from an earlier failure.
const FALLBACK: u8 = 86;

const FALLBACK_ID: &str = "tls-alert-inappropriate-fallback";

/// The ids of all other rows: a rule wants them side by side.
const IDS: [Id; COUNT - 1] = {
    let mut ids = [ROWS[0].id; COUNT - 1];
    let (mut at, mut free) = (0, 0);
    while at < COUNT {
        if ROWS[at].code != FALLBACK {
            ids[free] = ROWS[at].id;
            free += 1;
        }
        at += 1;
    }
    ids
};

const FALLBACK_IDS: [Id; 1] = {
    let mut at = 0;
    while ROWS[at].code != FALLBACK {
        at += 1;
    }
    [ROWS[at].id]
};

/// All alerts but the refusal of a fallback.
pub(crate) const RULE: Rule = Rule {
    ids: &IDS,
    manual: include_str!("../manual/tls-alert.md"),
    explains: &[FALLBACK_ID],
    check: |facts, episodes| check(facts, episodes, |code| code != FALLBACK),
};

/// The refusal of a fallback, behind the failures that make clients fall back.
pub(crate) const INAPPROPRIATE_FALLBACK: Rule = Rule {
    ids: &FALLBACK_IDS,
    manual: include_str!("../manual/tls-alert.md"),
    explains: &[],
    check: |facts, episodes| check(facts, episodes, |code| code == FALLBACK),
};

fn check<'a>(facts: &'a Facts, episodes: &mut Episodes<'a>, wanted: fn(u8) -> bool) {
    for attempt in attempt::failures(facts) {
        let Some((alert, code)) = attempt.fatal_alert().filter(|(_, code)| wanted(*code)) else {
            continue;
        };
        if let Some(row) = ROWS.iter().find(|row| row.code == code) {
            episodes.add(alerted(facts, &attempt, alert, row));
        }
    }
}

fn alerted<'a>(facts: &'a Facts, attempt: &Attempt<'a>, alert: &Alert, row: &Row) -> Found<'a> {
    let reason = why::best(facts, attempt);
    let sender = attempt.role(alert.sender);
    let name = alert_name(row.code);
    let found = failed(&row.id, attempt, alert.at)
        .title(title(attempt, sender, row, reason.as_ref()))
        .cause(cause(attempt, sender, row, reason.as_ref()))
        .remedy(remedy(row, reason.as_ref()))
        .key(key(sender, reason.as_ref()))
        .code("tls_alert", row.code.into(), name.clone())
        .references(&["RFC 8446 section 6", "RFC 5246 section 7.2"])
        .evidence(alert.at, format!("alert {} {name} of the {}", row.code, sender.name()));
    with_reason(found, reason).evidence_if(attempt.steps().client_hello, "ClientHello")
}

fn title(attempt: &Attempt<'_>, sender: Side, row: &Row, reason: Option<&Reason>) -> String {
    let service = attempt.service();
    let (who, whom) = match sender {
        Side::Client => (words::CLIENT, service.as_str()),
        Side::Server => (service.as_str(), words::CLIENT),
    };
    match reason {
        Some(reason) => format!("{who} refuses {whom}: {} (alert {})", reason.short, row.code),
        None => format!("{who} refuses {whom}: alert {} {}", row.code, alert_name(row.code)),
    }
}

fn cause(attempt: &Attempt<'_>, sender: Side, row: &Row, reason: Option<&Reason>) -> String {
    let name = alert_name(row.code);
    let said = match sender {
        Side::Client => {
            format!("{} ended the handshake with alert {} {name}.", words::CLIENT, row.code)
        }
        Side::Server => {
            format!("{} ended the handshake with alert {} {name}.", attempt.service(), row.code)
        }
    };
    if let Some(reason) = reason {
        let doubt = if reason.confidence < Certain { "Probably: " } else { "" };
        return format!("{doubt}{} {said}", reason.cause);
    }
    let meaning = alert_meaning(row.code, sender == Side::Client);
    let nothing = match why::certificates::is_about_certificate(row.code) && sender == Side::Client
    {
        true => unseen(attempt),
        false => "",
    };
    match meaning {
        "" => format!("{said} {}.{nothing}", row.id.summary),
        meaning => format!("{said} From this side it usually means: {meaning}.{nothing}"),
    }
}

/// Why no fault of the certificate is named.
fn unseen(attempt: &Attempt<'_>) -> &'static str {
    match attempt.handshake.server_chain {
        Some(_) => {
            " Against the trust anchors given the certificate is in order: the client has other roots, an older \
             store, or pins a certificate."
        }
        None => " The certificate itself is not readable in this capture.",
    }
}

fn remedy(row: &Row, reason: Option<&Reason>) -> String {
    let what = reason.map_or(row.remedy, |reason| &reason.remedy);
    format!("{what} Windows logs this alert as Schannel event 36888 (sender) and 36887 (receiver).")
}

/// The same alert for another reason is another episode.
fn key(sender: Side, reason: Option<&Reason>) -> String {
    let fault = reason.and_then(|reason| {
        let fault = reason.faults.first().map(|fault| format!("{} {}", fault.id, fault.key));
        fault.or(reason.id.map(str::to_owned))
    });
    format!("{} {}", sender.name(), fault.unwrap_or_default())
}

#[cfg(test)]
mod tests;
