//! The server wanted a certificate of the client: there was none, or the server did not like it (mutual TLS).

use super::Reason;
use crate::facts::Facts;
use crate::finding::Confidence::{Certain, Likely, Possible};
use crate::finding::late;
use crate::rules::attempt::Attempt;
use crate::rules::certificate::{self, Said};
use crate::rules::words;
use crate::units::{At, Side};
use crate::wire::x509::Chain;

/// TLS 1.3: length of the record of an empty Certificate message (plaintext 8, type 1, tag 16).
const EMPTY_CERTIFICATE_13: u16 = 25;

/// TLS 1.3: lengths of a Finished record with SHA-256 and with SHA-384.
const FINISHED_13: [u16; 2] = [53, 69];

/// What the client answered to the request for a certificate.
enum Shown<'a> {
    /// An empty Certificate message.
    Empty,
    /// Certificates in clear.
    Chain(&'a Chain),
    /// TLS 1.3: records before the Finished that by their sizes are a certificate and its proof.
    Encrypted,
}

fn shown<'a>(attempt: &Attempt<'a>) -> Option<Shown<'a>> {
    match attempt.handshake.client_chain.as_deref() {
        Some(chain) if chain.certificates.is_empty() => return Some(Shown::Empty),
        Some(chain) => return Some(Shown::Chain(chain)),
        None => {}
    }
    let [client, _] = &attempt.handshake.encrypted_lengths;
    match client.as_slice() {
        [EMPTY_CERTIFICATE_13, ..] if attempt.is_tls13() => Some(Shown::Empty),
        [first, _, third, ..] if attempt.is_tls13() && *first > FINISHED_13[1] => {
            FINISHED_13.contains(third).then_some(Shown::Encrypted)
        }
        _ => None,
    }
}

/// The server ended it behind the client's answer: the alert's code if it is readable, and the place.
fn refusal(attempt: &Attempt<'_>) -> Option<(Option<u8>, At)> {
    if let Some((alert, code)) = attempt.fatal_alert() {
        let by_server = attempt.role(alert.sender) == Side::Server;
        return by_server.then_some((Some(code), alert.at));
    }
    if let Some(hint) = late_refusal(attempt) {
        return Some((None, hint));
    }
    let (side, _, at) = attempt.ended()?;
    let behind = attempt.steps().client_certificate.is_some_and(|sent| sent <= at);
    let served = attempt.handshake.data_records[1] > 0;
    (side == Side::Server && behind && !served).then_some((None, at))
}

/// TLS 1.3: behind the client's certificate the server sends nothing but a record of an alert's size, and the client
/// has not closed before.
pub(in crate::rules) fn late_refusal(attempt: &Attempt<'_>) -> Option<At> {
    let hints = &attempt.handshake.hints;
    let finished = attempt.steps().finished[0].or(attempt.steps().client_certificate);
    let first = hints.first().filter(|hint| attempt.role(hint.sender) == Side::Server)?;
    let behind = finished.is_none_or(|finished| finished <= first.at);
    let client_left = attempt
        .ended()
        .is_some_and(|(side, how, at)| side == Side::Client && how != "RST" && at < first.at);
    let asked = shown(attempt).is_some();
    (behind && !client_left && asked && attempt.handshake.data_records[1] == 0).then_some(first.at)
}

/// The client had no certificate to show.
pub(in crate::rules) fn empty<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let (alert, at) = refusal(attempt)?;
    let behind = attempt.steps().client_certificate.is_none_or(|sent| sent <= at);
    let Some(Shown::Empty) = shown(attempt).filter(|_| behind) else {
        // TLS 1.3 in clear or decrypted: the alert itself says it.
        return (alert == Some(116)).then(|| none_sent(*attempt, at));
    };
    Some(none_sent(*attempt, at))
}

fn none_sent(attempt: Attempt<'_>, at: At) -> Reason<'_> {
    let steps = attempt.steps();
    let in_clear = attempt.handshake.client_chain.is_some() && attempt.fatal_alert().is_some();
    let confidence = if in_clear { Certain } else { Likely };
    Reason::new("mtls-empty", confidence, move || {
        let issuers = match &attempt.handshake.request {
            Some(request) if !request.authorities.is_empty() => {
                format!(" It accepts certificates of {}.", authorities(&attempt))
            }
            _ => String::new(),
        };
        let service = attempt.service();
        Said {
            short: "it has no client certificate to show".to_owned(),
            cause: format!(
                "{service} asks for a client certificate, {} answers with an empty list, and the server ends the \
                 handshake.{issuers} The client has none, none of these issuers, or cannot use its private key.",
                words::CLIENT
            ),
            remedy: format!(
                "Install on {} a client certificate (with private key, readable by the program's account, for client \
                 authentication) of an issuer that {service} accepts; or make the certificate optional there. On \
                 Windows servers look for event 36885 (list of issuers cut off).",
                words::CLIENT
            ),
        }
    })
    .shown(steps.client_certificate.or(Some(at)), "the client's Certificate message is empty")
}

/// The server refused the certificate that the client showed.
pub(in crate::rules) fn refused<'a>(_: &'a Facts, attempt: &Attempt<'a>) -> Option<Reason<'a>> {
    let (alert, at) = refusal(attempt)?;
    if alert.is_some_and(|code| !matches!(code, 40 | 42..=46 | 48 | 49)) {
        return None;
    }
    match shown(attempt)? {
        Shown::Empty => None,
        Shown::Chain(chain) => Some(chain_refused(*attempt, chain, alert)),
        Shown::Encrypted => Some(sealed_refused(*attempt, at)),
    }
}

fn sealed_refused(attempt: Attempt<'_>, at: At) -> Reason<'_> {
    Reason::new("mtls-untrusted", Possible, move || {
        let service = attempt.service();
        Said {
            short: "its client certificate does not seem to be accepted".to_owned(),
            cause: format!(
                "By their sizes {} sent a certificate with its proof; {service} then sent one record of an alert's size \
                 and ended the connection: probably it refuses that certificate.",
                words::CLIENT
            ),
            remedy: format!(
                "Read the log of {service}: issuer, dates, usage and mapping of the client's certificate."
            ),
        }
    })
    .shown(Some(at), "record of an alert's size behind the client's Finished")
}

fn chain_refused<'a>(attempt: Attempt<'a>, chain: &'a Chain, alert: Option<u8>) -> Reason<'a> {
    let confidence = if matches!(alert, Some(42..=46 | 48 | 49)) { Certain } else { Likely };
    let note = late(move || format!("the client's certificate \"{}\"", subject(chain)));
    Reason::new("mtls-untrusted", confidence, move || refusal_said(&attempt, chain))
        .shown(attempt.steps().client_certificate, note)
}

fn subject(chain: &Chain) -> String {
    chain.certificates.first().map_or_else(String::new, |leaf| words::common_name(&leaf.subject))
}

/// What may be wrong with the client's chain.
fn refusal_said(attempt: &Attempt<'_>, chain: &Chain) -> Said {
    let (service, subject) = (attempt.service(), subject(chain));
    let leaf = chain.certificates.first();
    let issuer = leaf.map_or_else(String::new, |leaf| words::common_name(&leaf.issuer));
    let owner = words::CLIENT;
    let fault = attempt.kept.client_verdict.as_deref().and_then(|verdict| {
        let view = certificate::View { owner, chain, verdict, time: attempt.at().time, name: None };
        certificate::blame(&view, &[])
    });
    let (why, remedy) = match (accepted(attempt, chain), fault) {
        (_, Some(said)) => (said.cause, said.remedy),
        (Some(false), None) => (
            format!(
                "Its issuer \"{issuer}\" is not among those that the server accepts: {}.",
                authorities(attempt)
            ),
            format!(
                "Use a client certificate of one of these issuers, or add \"{issuer}\" to those that {service} trusts."
            ),
        ),
        _ => (
            format!(
                "Its issuer is \"{issuer}\"; the server does not trust it, or maps it to no account."
            ),
            format!(
                "Add the CA \"{issuer}\" to those that {service} trusts for clients, and check the mapping of \"{subject}\"."
            ),
        ),
    };
    Said {
        short: format!("its client certificate \"{subject}\" of \"{issuer}\" is not accepted"),
        cause: format!(
            "{service} refused the certificate \"{subject}\" that {owner} showed. {why}"
        ),
        remedy: format!("{remedy} On Windows servers look for events 36877, 36878 and 36879."),
    }
}

/// Whether the issuer of the client's chain is among those that the server named; `None` where it named none.
fn accepted(attempt: &Attempt<'_>, chain: &Chain) -> Option<bool> {
    let named = &attempt.handshake.request.as_ref()?.authorities;
    let issued = |authority: &String| {
        chain.certificates.iter().any(|held| held.issuer.eq_ignore_ascii_case(authority))
    };
    (!named.is_empty()).then(|| named.iter().any(issued))
}

fn authorities(attempt: &Attempt<'_>) -> String {
    let named = attempt.handshake.request.as_ref().map(|request| request.authorities.as_slice());
    words::list(
        named.unwrap_or_default().iter().map(|name| format!("\"{}\"", words::common_name(name))),
    )
}

/// The client's proof of its private key did not verify.
pub(in crate::rules) fn bad_signature<'a>(
    _: &'a Facts,
    attempt: &Attempt<'a>,
) -> Option<Reason<'a>> {
    let (alert, at) = refusal(attempt)?;
    let proof = attempt.steps().certificate_verify?;
    if alert != Some(51) || proof > at {
        return None;
    }
    let attempt = *attempt;
    let reason = Reason::new("mtls-badsig", Certain, move || Said {
        short: "its signature does not fit its client certificate".to_owned(),
        cause: format!(
            "{} could not verify the CertificateVerify of {}: its private key is not that of its certificate, or its \
             token signs in another way than agreed (RSA-PSS).",
            attempt.service(),
            words::CLIENT
        ),
        remedy: format!(
            "Install certificate and private key that belong together on {}; with smart cards and TPMs update the \
             driver, or leave RSA-PSS out of the signature algorithms.",
            words::CLIENT
        ),
    });
    Some(reason.shown(Some(proof), "the client's CertificateVerify"))
}
