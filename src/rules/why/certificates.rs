//! The client did not like the server's certificate, or the key behind it.

use super::Reason;
use crate::facts::Facts;
use crate::finding::Confidence::{Certain, Likely};
use crate::finding::{Party, late};
use crate::rules::FaultKey;
use crate::rules::attempt::{Attempt, Stage};
use crate::rules::certificate::{self, Said};
use crate::rules::{clock, words};
use crate::trust::{Fault, Remark, Verdict};
use crate::units::{Side, Time};
use std::net::IpAddr;

/// Faults that each alert of a client points to, likeliest first.
fn pointed_to(alert: u8) -> Vec<Fault> {
    let first: &[Fault] = match alert {
        42 => &[Fault::NameMismatch, Fault::NotYetValid, Fault::Expired],
        43 => &[Fault::WrongUsage, Fault::WeakKey],
        44 | 45 => &[Fault::Expired],
        48 => return vec![Fault::SelfSigned, Fault::UntrustedIssuer],
        _ => &[],
    };
    // An alert that is not made for unknown issuers means a fault that the certificate proves, where there is one.
    let others = certificate::PROVED.iter().filter(|fault| !first.contains(fault));
    first.iter().chain(others).copied().collect()
}

/// The issuer is all that can be minded, and another alert than the one for it was sent, or none.
fn is_doubtful(verdict: &Verdict, alert: Option<u8>) -> bool {
    let proved = verdict.faults.iter().any(|fault| certificate::PROVED.contains(fault));
    !proved && alert != Some(48)
}

/// Alerts about a certificate, and those that clients use for one among other things.
pub(in crate::rules) fn is_about_certificate(alert: u8) -> bool {
    matches!(alert, 41..=46 | 48 | 49 | 113 | 114)
}

/// The server's chain has a fault, and the client ended the handshake after it had seen the chain.
pub(in crate::rules) fn refused<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let code = judged(attempt)?;
    let met = attempt.server_chain()?;
    let view = attempt.view(&met, "");
    if code.is_none() && view.is_only_retired() || !certificate::is_to_blame(&view) {
        return None;
    }
    let sure =
        met.elsewhere.is_none() && !is_doubtful(met.verdict, code) && !view.is_only_retired();
    let confidence = if code.is_some() && sure { Certain } else { Likely };
    let shown = met.elsewhere.or(attempt.steps().certificate);
    let note = if met.elsewhere.is_some() {
        "the server's certificate, in another handshake"
    } else {
        "the server's certificate"
    };
    let mut faults = attempt.chain_faults();
    if met.verdict.faults.contains(&Fault::NotYetValid) {
        faults.push(clock::fault(client(attempt)));
    }
    let refused = *attempt;
    let words = move || blamed(&refused, code).unwrap_or_default();
    Some(Reason::of_server(faults, confidence, words).shown(shown, note))
}

/// What is wrong with the server's chain, and where it was learned.
fn blamed(attempt: &Attempt<'_>, code: Option<u8>) -> Option<Said> {
    let met = attempt.server_chain()?;
    let owner = attempt.service();
    let first = code.map_or_else(Vec::new, pointed_to);
    let mut said = certificate::blame(&attempt.view(&met, &owner), &first)?;
    if let Some(at) = met.elsewhere {
        said.cause = format!(
            "{} (Its certificate is encrypted here; the same server showed it in packet {}.)",
            said.cause,
            at.frame.number()
        );
    }
    Some(said)
}

/// The client ended the handshake after it had seen the chain: with which alert, if with any.
fn judged(attempt: &Attempt<'_>) -> Option<Option<u8>> {
    let alert = attempt.fatal_alert();
    let by_client = match alert {
        Some((alert, code)) => {
            attempt.role(alert.sender) == Side::Client && is_about_certificate(code)
        }
        None => attempt.ended().is_some_and(|(side, _, _)| side == Side::Client),
    };
    // A client that said nothing has judged the certificate when it left with or instead of its keys.
    let judged = by_client && (alert.is_some() || left_at_flight(attempt));
    judged.then(|| alert.map(|(_, code)| code))
}

/// The host that is the client of TLS: it may have been called.
fn client(attempt: &Attempt<'_>) -> IpAddr {
    let ends = attempt.ends();
    let ends = [ends.client.addr, ends.server.addr];
    ends[attempt.role(Side::Client).index()]
}

/// By the client's own clock, as it showed it in another protocol, the certificate is not valid, though it is by that of
/// the capture.
pub(in crate::rules) fn wrong_clock<'a>(
    facts: &'a Facts,
    attempt: &Attempt<'a>,
) -> Option<Reason<'a>> {
    // 48 speaks of the issuer.
    judged(attempt).filter(|code| *code != Some(48))?;
    let (host, at) = (client(attempt), attempt.at());
    let (ahead, _, read) = facts.clock_offset(host, at)?;
    let met = attempt.server_chain()?;
    let leaf = met.chain.certificates.first()?;
    let valid = leaf.not_before..=leaf.not_after;
    let by_client = Time(at.time.0.saturating_add(ahead)).seconds();
    if !valid.contains(&at.time.seconds()) || valid.contains(&by_client) {
        return None;
    }
    let attempt = *attempt;
    let reason = Reason::of_server(vec![clock::fault(host)], Likely, move || {
        let (owner, clock) = (attempt.service(), words::moment(by_client));
        let subject = words::common_name(&leaf.subject);
        Said {
            short: format!("by the clock of {host} ({clock}) its certificate is not valid"),
            cause: format!(
                "The clock of {host} reads {clock}, {} that of the capture; by it the certificate \"{subject}\" of \
                 {owner}, valid from {} to {}, is not valid.",
                clock::apart(ahead),
                words::moment(leaf.not_before),
                words::moment(leaf.not_after)
            ),
            remedy: format!(
                "Set the clock of {host}, and let it take the time from a time server."
            ),
        }
    });
    let note = late(move || format!("the clock of {host}, {} the capture's", clock::apart(ahead)));
    Some(reason.shown(Some(read), note))
}

/// The client left behind the server's flight: before its keys, or with an alert that cannot be read in place of its
/// Finished.
fn left_at_flight(attempt: &Attempt<'_>) -> bool {
    let unread = attempt.handshake.alerts.iter().find(|alert| alert.clear.is_none());
    let by_client = unread.filter(|alert| attempt.role(alert.sender) == Side::Client);
    let [_, server] = attempt.steps().finished;
    match by_client {
        Some(alert) => server.is_none_or(|finished| finished > alert.at),
        None => attempt.stage() == Stage::ServerFlight,
    }
}

/// The certificate demands a staple, the client asked for one, and the ServerHello promises none.
pub(in crate::rules) fn lacks_staple(attempt: &Attempt<'_>) -> bool {
    let verdict = attempt.kept.verdict.as_ref();
    let wants = verdict.is_some_and(|verdict| verdict.remarks.contains(&Remark::MustStaple));
    let asked = attempt.hello().is_some_and(|hello| hello.offers_status);
    let promised = attempt.answer().is_none_or(|answer| answer.status);
    wants && asked && !promised
}

/// The client refused a certificate without the staple that it demands.
pub(in crate::rules) fn unstapled<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let (alert, code) = attempt.fatal_alert()?;
    // 48 speaks of the issuer.
    let by_client =
        attempt.role(alert.sender) == Side::Client && is_about_certificate(code) && code != 48;
    let chain = attempt.handshake.server_chain.as_deref().filter(|_| by_client)?;
    if !lacks_staple(attempt) {
        return None;
    }
    let fault = FaultKey {
        id: "x509-must-staple",
        server: Party::Service(attempt.ends().server),
        of: certificate::of(chain),
    };
    let attempt = *attempt;
    let reason = Reason::of_server(vec![fault], Likely, move || {
        let owner = attempt.service();
        Said {
            short: "its certificate demands an OCSP staple, none was sent".to_owned(),
            cause: format!(
                "The certificate of {owner} demands a stapled OCSP answer (must-staple), and the server sends none."
            ),
            remedy: format!(
                "Switch on OCSP stapling on {owner}, or use a certificate without must-staple."
            ),
        }
    });
    Some(reason.shown(attempt.steps().certificate, "certificate with must-staple"))
}

/// The server signed with another key than its certificate's.
pub(in crate::rules) fn key_mismatch<'a>(
    _: &'a Facts,
    attempt: &Attempt<'a>,
) -> Option<Reason<'a>> {
    if attempt.handshake.key_exchange_verified != Some(false) {
        return None;
    }
    let chain = attempt.handshake.server_chain.as_deref()?;
    let fault = FaultKey {
        id: "x509-keymismatch",
        server: Party::Service(attempt.ends().server),
        of: certificate::of(chain),
    };
    let attempt = *attempt;
    let reason = Reason::of_server(vec![fault], Certain, move || {
        let owner = attempt.service();
        Said {
            short: "its private key does not fit its certificate".to_owned(),
            cause: format!(
                "The signature in the ServerKeyExchange of {owner} does not verify with the key of its certificate: the \
                 server uses another private key."
            ),
            remedy: format!(
                "Install on {owner} the private key and the certificate that belong together."
            ),
        }
    });
    Some(reason.shown(attempt.steps().server_key_exchange, "signature that does not verify"))
}
