//! `tls-alert-*`: an alert in clear ended the handshake. The alert names a symptom; what both sides showed names the cause.

use super::{failed, key, with_reason};
use crate::codes::{alert_meaning, alert_name};
use crate::finding::Confidence::{self, Certain};
use crate::finding::{Told, late};
use crate::proto::tls::Alert;
use crate::rules::attempt::Attempt;
use crate::rules::certificate::Said;
use crate::rules::why::{Reason, certificates};
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
    check: |_, episodes| check(episodes, |code| code != FALLBACK),
};

/// The refusal of a fallback, behind the failures that make clients fall back.
pub(crate) const INAPPROPRIATE_FALLBACK: Rule = Rule {
    ids: &FALLBACK_IDS,
    manual: include_str!("../manual/tls-alert.md"),
    explains: &[],
    check: |_, episodes| check(episodes, |code| code == FALLBACK),
};

fn check(episodes: &mut Episodes<'_>, wanted: fn(u8) -> bool) {
    let handshakes = episodes.handshakes();
    for attempt in handshakes.failures().filter(|attempt| attempt.alert_code().is_some_and(wanted))
    {
        let Some((alert, code)) = attempt.fatal_alert() else { continue };
        if let Some(row) = ROWS.iter().find(|row| row.code == code) {
            episodes.add(alerted(*attempt, alert, row, handshakes.best(attempt)));
        }
    }
}

fn alerted<'a>(
    attempt: Attempt<'a>,
    alert: &Alert,
    row: &'static Row,
    reason: Option<&Reason<'a>>,
) -> Found<'a> {
    let sender = attempt.role(alert.sender);
    let why = reason.map(|reason| (reason.words.clone(), reason.confidence));
    let found = failed(&row.id, &attempt, alert.at)
        .told(move || {
            let why = why.as_ref().map(|(words, confidence)| (words.get(), *confidence));
            Told {
                title: title(&attempt, sender, row, why.as_ref()),
                cause: cause(&attempt, sender, row, why.as_ref()),
                remedy: remedy(row, why.as_ref()),
            }
        })
        .key(key(sender.name(), reason))
        .code("tls_alert", row.code.into(), alert_name(row.code))
        .references(&["RFC 8446 section 6", "RFC 5246 section 7.2"])
        .evidence(
            alert.at,
            late(move || {
                format!("alert {} {} of the {}", row.code, alert_name(row.code), sender.name())
            }),
        );
    with_reason(found, reason).evidence_if(attempt.steps().client_hello, "ClientHello")
}

/// Why it was sent, and how sure that is.
type Why = (Said, Confidence);

fn title(attempt: &Attempt<'_>, sender: Side, row: &Row, why: Option<&Why>) -> String {
    let service = attempt.service();
    let (who, whom) = match sender {
        Side::Client => (words::CLIENT, service.as_str()),
        Side::Server => (service.as_str(), words::CLIENT),
    };
    match why {
        Some((said, _)) => format!("{who} refuses {whom}: {} (alert {})", said.short, row.code),
        None => format!("{who} refuses {whom}: alert {} {}", row.code, alert_name(row.code)),
    }
}

fn cause(attempt: &Attempt<'_>, sender: Side, row: &Row, why: Option<&Why>) -> String {
    let name = alert_name(row.code);
    let said = match sender {
        Side::Client => {
            format!("{} ended the handshake with alert {} {name}.", words::CLIENT, row.code)
        }
        Side::Server => {
            format!("{} ended the handshake with alert {} {name}.", attempt.service(), row.code)
        }
    };
    if let Some((why, confidence)) = why {
        let doubt = if *confidence < Certain { "Probably: " } else { "" };
        return format!("{doubt}{} {said}", why.cause);
    }
    let meaning = alert_meaning(row.code, sender == Side::Client);
    let nothing = match certificates::is_about_certificate(row.code) && sender == Side::Client {
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

fn remedy(row: &Row, why: Option<&Why>) -> String {
    let what = why.map_or(row.remedy, |(said, _)| &said.remedy);
    format!("{what} Windows logs this alert as Schannel event 36888 (sender) and 36887 (receiver).")
}

#[cfg(test)]
mod tests;
