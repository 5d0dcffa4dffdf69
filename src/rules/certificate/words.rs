//! What is wrong with a chain and what to do about it, in words: names, dates and issuers as they stand.

use super::View;
use super::issuer::{incomplete, self_signed, untrusted};
use crate::rules::words::{common_name, list, moment, name};
use crate::trust::Fault;
use crate::units::Time;
use crate::wire::x509::Certificate;

/// A fault in words.
#[derive(Clone, Debug, Default)]
pub(in crate::rules) struct Said {
    /// A few words for a title: `its issuer "Denver CA" is not trusted`.
    pub(in crate::rules) short: String,
    /// A sentence or two.
    pub(in crate::rules) cause: String,
    /// What to change.
    pub(in crate::rules) remedy: String,
}

/// Before 1995 nobody spoke SSL; the first days of 2000 are where clocks without a battery begin.
const BEFORE_SSL: i64 = 788_918_400;
const RESET_2000: std::ops::Range<i64> = 946_684_800..947_894_400;

/// A day: certificates that are off by less point to a clock.
const DAY: i64 = 86_400;

/// The capture's clock stands where no certificate can be valid.
pub(in crate::rules) fn clock_is_nonsense(time: Time) -> bool {
    let now = time.seconds();
    now < BEFORE_SSL || RESET_2000.contains(&now)
}

/// The words for one fault of a chain.
pub(in crate::rules) fn said(view: &View<'_>, fault: Fault) -> Option<Said> {
    let faulty = view.faulty(fault)?;
    Some(match fault {
        Fault::UntrustedIssuer => untrusted(view)?,
        Fault::IncompleteChain => incomplete(view)?,
        Fault::SelfSigned => self_signed(view, faulty),
        Fault::Expired => expired(view, faulty),
        Fault::NotYetValid => not_yet_valid(view, faulty),
        Fault::NameMismatch => mismatch(view, faulty),
        Fault::BadSignature => bad_signature(view, faulty),
        Fault::WeakKey => weak_key(view, faulty),
        Fault::WeakSignature => weak_signature(view, faulty),
        Fault::WrongUsage => wrong_usage(view, faulty),
    })
}

pub(super) fn subject(certificate: &Certificate) -> String {
    common_name(&certificate.subject)
}

fn expired(view: &View<'_>, faulty: &Certificate) -> Said {
    let (subject, now) = (subject(faulty), view.time.seconds());
    let near = now.saturating_sub(faulty.not_after) < DAY;
    let clock = if near { " It is less than a day: check the clocks too." } else { "" };
    Said {
        short: format!("its certificate expired on {}", crate::rules::words::day(faulty.not_after)),
        cause: format!(
            "The certificate \"{subject}\" of {} was valid until {}; the capture is from {}.{clock}",
            view.owner,
            moment(faulty.not_after),
            moment(now)
        ),
        remedy: format!("Renew the certificate \"{subject}\" and install it on {}.", view.owner),
    }
}

fn not_yet_valid(view: &View<'_>, faulty: &Certificate) -> Said {
    let (subject, now) = (subject(faulty), view.time.seconds());
    let from = moment(faulty.not_before);
    if clock_is_nonsense(view.time) {
        return Said {
            short: format!("the capture clock reads {}", crate::rules::words::day(now)),
            cause: format!(
                "The capture clock reads {}, when no such certificate could exist (\"{subject}\" is valid from {from}): \
                 dates cannot be judged, the clock of the capturing device is wrong.",
                moment(now)
            ),
            remedy: "Set the clock of the capturing device; the certificate may be in order."
                .to_owned(),
        };
    }
    Said {
        short: format!("its certificate is valid only from {from}"),
        cause: format!(
            "The certificate \"{subject}\" of {} is valid from {from}; the capture is from {}.",
            view.owner,
            moment(now)
        ),
        remedy: format!(
            "Check the clock of the client (and of the capturing system); if they are right, issue the certificate of \
             {} with an earlier start.",
            view.owner
        ),
    }
}

fn mismatch(view: &View<'_>, leaf: &Certificate) -> Said {
    let asked = view.name.map_or_else(|| "(no name)".to_owned(), name);
    if is_common_name_only(view, leaf) {
        return common_name_only(view, &asked);
    }
    let covers = names(leaf);
    Said {
        short: format!("asked for {asked}, its certificate is for {covers}"),
        cause: format!(
            "The client asked for {asked}, but the certificate of {} is for {covers} (subject \"{}\").",
            view.owner,
            subject(leaf)
        ),
        remedy: format!(
            "Let the client use a name that the certificate has ({covers}), or issue a certificate with the \
             subjectAltName {asked}. On a server with several sites, check which one answers to this name."
        ),
    }
}

/// The certificate has the name, but only where clients no longer look.
fn is_common_name_only(view: &View<'_>, leaf: &Certificate) -> bool {
    let asked = view.name.unwrap_or_default();
    leaf.dns_names.is_empty()
        && leaf.ip_names.is_empty()
        && common_name(&leaf.subject).eq_ignore_ascii_case(asked)
}

fn common_name_only(view: &View<'_>, asked: &str) -> Said {
    Said {
        short: format!("its certificate has the name {asked} only as common name"),
        cause: format!(
            "The certificate of {} names {asked} in its subject only and has no subjectAltName: current clients look \
             for names there alone (RFC 9525).",
            view.owner
        ),
        remedy: format!(
            "Issue the certificate of {} anew with the subjectAltName {asked}.",
            view.owner
        ),
    }
}

/// The names that a leaf covers.
fn names(leaf: &Certificate) -> String {
    let dns = leaf.dns_names.iter().map(|dns| name(dns));
    let addresses = leaf.ip_names.iter().map(ToString::to_string);
    let all: Vec<String> = dns.chain(addresses).collect();
    match all.len() {
        0 => format!("\"{}\" by its common name alone", common_name(&leaf.subject)),
        _ => list(all),
    }
}

fn bad_signature(view: &View<'_>, faulty: &Certificate) -> Said {
    let (subject, issuer) = (subject(faulty), common_name(&faulty.issuer));
    Said {
        short: format!("the signature of \"{subject}\" is wrong"),
        cause: format!(
            "The signature of the certificate \"{subject}\" sent by {} does not verify with the key of \"{issuer}\": \
             an intermediate of the same name with another key, or a damaged or forged certificate.",
            view.owner
        ),
        remedy: format!(
            "Install the right intermediate certificate on {} (compare subject and authority key identifiers), or \
             have the certificate issued again.",
            view.owner
        ),
    }
}

fn weak_key(view: &View<'_>, faulty: &Certificate) -> Said {
    let subject = subject(faulty);
    Said {
        short: format!("the key of \"{subject}\" is weak ({})", faulty.key),
        cause: format!(
            "The certificate \"{subject}\" sent by {} has a weak key ({}); current clients refuse it.",
            view.owner, faulty.key
        ),
        remedy: format!(
            "Issue the certificate \"{subject}\" with an RSA key of 2048 bits or more, or with EC P-256."
        ),
    }
}

fn weak_signature(view: &View<'_>, faulty: &Certificate) -> Said {
    let subject = subject(faulty);
    Said {
        short: format!("\"{subject}\" is signed with {}", faulty.signature),
        cause: format!(
            "The certificate \"{subject}\" sent by {} is signed with {}, which current clients refuse.",
            view.owner, faulty.signature
        ),
        remedy: format!("Have the certificate \"{subject}\" issued again with SHA-256."),
    }
}

fn wrong_usage(view: &View<'_>, faulty: &Certificate) -> Said {
    let subject = subject(faulty);
    let usages = faulty.extended_key_usage.as_deref().map_or_else(
        || "no extended key usage".to_owned(),
        |usages| format!("extended key usage {}", list(usages.iter().map(|oid| usage(oid)))),
    );
    Said {
        short: format!("\"{subject}\" is not meant for this use"),
        cause: format!(
            "The certificate \"{subject}\" sent by {} is not meant for this use: {usages}, key usage {}.",
            view.owner,
            key_usage(faulty)
        ),
        remedy: format!(
            "Issue a certificate for {} with the right usage: extended key usage serverAuth (clientAuth for clients), \
             key usage digitalSignature, with RSA key exchange keyEncipherment; CAs need cA and keyCertSign.",
            view.owner
        ),
    }
}

fn usage(oid: &str) -> &str {
    match oid {
        "1.3.6.1.5.5.7.3.1" => "serverAuth",
        "1.3.6.1.5.5.7.3.2" => "clientAuth",
        "1.3.6.1.5.5.7.3.3" => "codeSigning",
        "1.3.6.1.5.5.7.3.4" => "emailProtection",
        "1.3.6.1.5.5.7.3.8" => "timeStamping",
        "1.3.6.1.5.5.7.3.9" => "OCSPSigning",
        "2.5.29.37.0" => "any",
        other => other,
    }
}

/// The bits of RFC 5280 section 4.2.1.3, most significant first in the certificate.
const KEY_USAGES: [&str; 9] = [
    "digitalSignature",
    "nonRepudiation",
    "keyEncipherment",
    "dataEncipherment",
    "keyAgreement",
    "keyCertSign",
    "cRLSign",
    "encipherOnly",
    "decipherOnly",
];

fn key_usage(certificate: &Certificate) -> String {
    let Some(bits) = certificate.key_usage else { return "not restricted".to_owned() };
    list(
        KEY_USAGES.iter().zip(0u16..).filter(|(_, bit)| bits >> bit & 1 == 1).map(|(name, _)| name),
    )
}
