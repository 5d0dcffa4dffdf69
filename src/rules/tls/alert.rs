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

/// One alert: its number, its id, what to do where nothing more is known.
struct Row {
    code: u8,
    id: Id,
    remedy: &'static str,
}

const fn row(code: u8, id: &'static str, summary: &'static str, remedy: &'static str) -> Row {
    Row { code, id: Id::error(id, Certain, summary), remedy }
}

const ROWS: [Row; COUNT] = [
    row(
        10,
        "tls-alert-unexpected-message",
        "A message came out of turn, or the peer speaks no TLS",
        "Check that both ends speak TLS on this port, and look for a device in between that changes the stream.",
    ),
    row(
        20,
        "tls-alert-bad-record-mac",
        "A record could not be verified: wrong keys or a damaged stream",
        "Check that all nodes behind this address share keys and certificates; look for devices in between that change the stream.",
    ),
    row(
        21,
        "tls-alert-decryption-failed",
        "A record could not be decrypted (old name of bad_record_mac)",
        "As for bad_record_mac: check keys of all nodes, and devices in between.",
    ),
    row(
        22,
        "tls-alert-record-overflow",
        "A record was too long, often plain text taken for TLS",
        "Check that both ends speak TLS on this port.",
    ),
    row(
        30,
        "tls-alert-decompression-failure",
        "A record could not be decompressed",
        "Switch TLS compression off on both sides.",
    ),
    row(
        40,
        "tls-alert-handshake-failure",
        "The parties found no common parameters, or a client certificate is missing",
        "Compare versions, cipher suites, groups and signature algorithms of both sides; check whether a client certificate is required.",
    ),
    row(
        41,
        "tls-alert-no-certificate",
        "The SSL 3.0 client has no certificate to show",
        "Give the client a certificate, or make it optional; and leave SSL 3.0.",
    ),
    row(
        42,
        "tls-alert-bad-certificate",
        "The certificate was refused as faulty",
        "Check name, dates, chain and signatures of the certificate that was shown.",
    ),
    row(
        43,
        "tls-alert-unsupported-certificate",
        "The certificate is of a kind or for a use that the peer does not accept",
        "Use a certificate with the right extended key usage and a key type that the peer supports.",
    ),
    row(
        44,
        "tls-alert-certificate-revoked",
        "The certificate has been revoked",
        "Replace the revoked certificate; check revocation lists and OCSP.",
    ),
    row(
        45,
        "tls-alert-certificate-expired",
        "The certificate has expired",
        "Renew the certificate, its intermediates included; check the clocks.",
    ),
    row(
        46,
        "tls-alert-certificate-unknown",
        "The certificate was refused for a reason that the alert does not say",
        "Read the log of the side that sent the alert; check trust store, name, dates and pinning there.",
    ),
    row(
        47,
        "tls-alert-illegal-parameter",
        "A field of the handshake does not fit the others",
        "Update both sides; look for a device in between that changes the handshake.",
    ),
    row(
        48,
        "tls-alert-unknown-ca",
        "The issuer of the certificate is not trusted",
        "Install the issuing root CA where the alert came from, send the whole chain, or use a publicly trusted certificate.",
    ),
    row(
        49,
        "tls-alert-access-denied",
        "The certificate is in order, but access is not allowed",
        "Check the authorisation rules (mapping, groups) of the side that sent the alert.",
    ),
    row(
        50,
        "tls-alert-decode-error",
        "A message was malformed or cut off",
        "Update both sides; look for a device in between that cuts messages.",
    ),
    row(
        51,
        "tls-alert-decrypt-error",
        "A signature, a Finished or a PSK binder did not verify",
        "Check that certificate and private key belong together, on all nodes; look for devices in between that change the handshake.",
    ),
    row(
        52,
        "tls-alert-too-many-cids-requested",
        "More connection ids were asked for than allowed",
        "Update both sides (DTLS connection ids).",
    ),
    row(
        60,
        "tls-alert-export-restriction",
        "The key is longer than export rules allowed",
        "Update both sides; export suites are obsolete.",
    ),
    row(
        70,
        "tls-alert-protocol-version",
        "The parties have no TLS version in common",
        "Enable a common version, TLS 1.2 at least, on both sides.",
    ),
    row(
        71,
        "tls-alert-insufficient-security",
        "What was offered is too weak for the peer",
        "Enable stronger cipher suites and longer keys; raise the version.",
    ),
    row(
        80,
        "tls-alert-internal-error",
        "The sender failed for a reason of its own",
        "Read the log of the side that sent the alert at this time.",
    ),
    row(
        86,
        "tls-alert-inappropriate-fallback",
        "The client came back with a lower version though the server can do better",
        "Find out why the first attempt with the higher version failed; that is the fault.",
    ),
    row(
        90,
        "tls-alert-user-canceled",
        "Somebody cancelled the handshake",
        "Ask the user: a certificate or PIN dialog was dismissed, or never seen.",
    ),
    Row {
        code: 100,
        id: Id::warning(
            "tls-alert-no-renegotiation",
            Certain,
            "Renegotiation was asked for and refused",
        ),
        remedy: "Avoid renegotiation: ask for the client certificate in the first handshake.",
    },
    row(
        109,
        "tls-alert-missing-extension",
        "An extension that must be there is missing",
        "Update the client, or let it send the extension (server name, groups).",
    ),
    row(
        110,
        "tls-alert-unsupported-extension",
        "The answer has an extension that was not offered",
        "Update the server, or the device in between that answers for it.",
    ),
    row(
        111,
        "tls-alert-certificate-unobtainable",
        "The server could not fetch the client's certificate",
        "Check the URL that the client gave, or send the certificate itself.",
    ),
    row(
        112,
        "tls-alert-unrecognized-name",
        "The server has no site of the name asked for",
        "Bind the name on the server, or let DNS lead it to the right one.",
    ),
    row(
        113,
        "tls-alert-bad-certificate-status-response",
        "The stapled OCSP answer is invalid or stale",
        "Repair OCSP stapling on the server: clock, reachability of the responder.",
    ),
    row(
        114,
        "tls-alert-bad-certificate-hash-value",
        "The fetched certificate does not fit its hash",
        "Correct the certificate or its hash at the client.",
    ),
    row(
        115,
        "tls-alert-unknown-psk-identity",
        "The server does not know the pre-shared key",
        "Give both sides the same pre-shared key and identity; share ticket keys between nodes.",
    ),
    row(
        116,
        "tls-alert-certificate-required",
        "A client certificate is required and none was shown",
        "Install a client certificate of an issuer that the server accepts.",
    ),
    row(
        117,
        "tls-alert-general-error",
        "An error without further explanation",
        "Read the log of the side that sent the alert.",
    ),
    row(
        120,
        "tls-alert-no-application-protocol",
        "The parties have no application protocol in common",
        "Add a common protocol (ALPN) on one of the sides.",
    ),
    row(
        121,
        "tls-alert-ech-required",
        "The server rejected Encrypted Client Hello",
        "Refresh the client's ECH configuration (HTTPS record in DNS).",
    ),
];

const COUNT: usize = 36;

/// The ids of the rows: a rule wants them side by side.
const IDS: [Id; COUNT] = {
    let mut ids = [ROWS[0].id; COUNT];
    let mut at = 1;
    while at < COUNT {
        ids[at] = ROWS[at].id;
        at += 1;
    }
    ids
};

pub(crate) const RULE: Rule =
    Rule { ids: &IDS, manual: include_str!("../manual/tls-alert.md"), explains: &[], check };

fn check(facts: &Facts, episodes: &mut Episodes<'_>) {
    for attempt in attempt::failures(facts) {
        let Some((alert, code)) = attempt.fatal_alert() else { continue };
        if let Some(row) = ROWS.iter().find(|row| row.code == code) {
            episodes.add(alerted(facts, &attempt, alert, row));
        }
    }
}

fn alerted(facts: &Facts, attempt: &Attempt<'_>, alert: &Alert, row: &Row) -> Found {
    let reason = why::best(facts, attempt);
    let sender = attempt.role(alert.sender);
    let name = alert_name(row.code);
    let found = failed(&row.id, attempt, alert.at)
        .title(title(attempt, sender, row, reason.as_ref()))
        .cause(cause(attempt, sender, row, reason.as_ref()))
        .remedy(remedy(attempt, sender, row, reason.as_ref()))
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

fn remedy(attempt: &Attempt<'_>, sender: Side, row: &Row, reason: Option<&Reason>) -> String {
    let what = reason.map_or(row.remedy, |reason| &reason.remedy);
    let service = attempt.service();
    let (from, to) = match sender {
        Side::Client => (words::CLIENT, service.as_str()),
        Side::Server => (service.as_str(), words::CLIENT),
    };
    format!(
        "{what} If these are Windows hosts, the System log has Schannel event 36888 on {from} (sent) and 36887 on {to} \
         (received) with code {}.",
        row.code
    )
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
