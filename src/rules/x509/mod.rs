//! Rules about server certificates: every fault has its id, also where no client failed. A failure that a fault
//! explains takes it below itself.

pub(super) mod keymismatch;
pub(super) mod must_staple;
pub(super) mod order;
pub(super) mod revocation;

use super::certificate::{self, Shown};
use super::{Episodes, Found, Id, Rule, clock, words};
use crate::facts::Facts;
use crate::finding::Confidence::Certain;
use crate::finding::{Party, Severity};
use crate::trust::{Fault, Remark};
use crate::units::At;

/// A rule about one fault (or two of one kind).
macro_rules! fault_rule {
    ($id:expr, $manual:literal, $faults:expr) => {
        Rule {
            ids: &[$id],
            manual: include_str!(concat!("../manual/", $manual, ".md")),
            explains: &[],
            check: |_, episodes| report(&$id, $faults, episodes),
        }
    };
}

/// The certificate is past its end.
pub(super) const EXPIRED: Rule = fault_rule!(EXPIRED_ID, "x509-expired", &[Fault::Expired]);
const EXPIRED_ID: Id =
    Id::warning("x509-expired", Certain, "The server's certificate is past its end");

/// The certificate has not begun to be valid.
pub(super) const NOT_YET_VALID: Rule =
    fault_rule!(NOT_YET_VALID_ID, "x509-not-yet-valid", &[Fault::NotYetValid]);
const NOT_YET_VALID_ID: Id =
    Id::warning("x509-not-yet-valid", Certain, "The server's certificate is not valid yet");

/// The certificate is for another name.
pub(super) const NAME: Rule = fault_rule!(NAME_ID, "x509-name", &[Fault::NameMismatch]);
const NAME_ID: Id = Id::warning(
    "x509-name",
    Certain,
    "The server's certificate is not for the name that was asked for",
);

/// The certificate is its own issuer.
pub(super) const SELF_SIGNED: Rule =
    fault_rule!(SELF_SIGNED_ID, "x509-self-signed", &[Fault::SelfSigned]);
const SELF_SIGNED_ID: Id =
    Id::note("x509-self-signed", Certain, "The server's certificate is signed by itself");

/// The issuer's certificate was not sent.
pub(super) const INCOMPLETE: Rule =
    fault_rule!(INCOMPLETE_ID, "x509-incomplete", &[Fault::IncompleteChain]);
const INCOMPLETE_ID: Id = Id::warning(
    "x509-incomplete",
    Certain,
    "The server did not send the certificate of its issuer",
);

/// The issuer is not among the anchors.
pub(super) const UNTRUSTED: Rule =
    fault_rule!(UNTRUSTED_ID, "x509-untrusted", &[Fault::UntrustedIssuer]);
const UNTRUSTED_ID: Id = Id::note(
    "x509-untrusted",
    Certain,
    "The server's certificate comes from a CA that is not trusted",
);

/// A signature in the chain is wrong.
pub(super) const BAD_SIG: Rule = fault_rule!(BAD_SIG_ID, "x509-bad-sig", &[Fault::BadSignature]);
const BAD_SIG_ID: Id =
    Id::warning("x509-bad-sig", Certain, "A signature in the server's chain does not verify");

/// A key or a signature algorithm is weak.
pub(super) const WEAK: Rule =
    fault_rule!(WEAK_ID, "x509-weak", &[Fault::WeakKey, Fault::WeakSignature]);
const WEAK_ID: Id =
    Id::warning("x509-weak", Certain, "A key or signature algorithm in the server's chain is weak");

/// The certificate is for another use.
pub(super) const USAGE: Rule = fault_rule!(USAGE_ID, "x509-usage", &[Fault::WrongUsage]);
const USAGE_ID: Id =
    Id::warning("x509-usage", Certain, "The server's certificate is meant for another use");

/// The certificate is valid for too long.
pub(super) const LIFETIME: Rule = Rule {
    ids: &[LIFETIME_ID],
    manual: include_str!("../manual/x509-lifetime.md"),
    explains: &[],
    check: lifetime,
};
const LIFETIME_ID: Id = Id::warning(
    "x509-lifetime",
    Certain,
    "The server's certificate is valid for longer than allowed",
);

fn report<'a>(id: &Id, faults: &[Fault], episodes: &mut Episodes<'a>) {
    for shown in episodes.shown().iter() {
        for fault in faults.iter().filter(|fault| has(shown, **fault)) {
            faulty(id, shown, *fault).into_iter().for_each(|found| episodes.add(found));
        }
        if id.id == EXPIRED_ID.id && shown.verdict.remarks.contains(&Remark::ExpiredCa) {
            expired_ca(shown).into_iter().for_each(|found| episodes.add(found));
        }
    }
}

/// A name may be missed by a later client than the first, whose verdict it is.
fn has(shown: &Shown<'_>, fault: Fault) -> bool {
    match fault {
        Fault::NameMismatch => shown.mismatch.is_some(),
        // Where the issuer was sent, only the root above it is missing, and roots need not be sent.
        Fault::IncompleteChain => shown.view("").lacks_issuer(),
        _ => shown.verdict.faults.contains(&fault),
    }
}

fn faulty<'a>(id: &Id, shown: &Shown<'a>, fault: Fault) -> Option<Found<'a>> {
    let owner = shown.owner();
    let view = shown.view(&owner);
    let said = certificate::said(&view, fault)?;
    let wrong_clock = fault == Fault::NotYetValid && certificate::clock_is_nonsense(view.time);
    let at = match (fault, shown.mismatch) {
        (Fault::NameMismatch, Some((_, at))) => at,
        _ => shown.first,
    };
    let found = about(id, shown, at)
        .no_worse_than(if wrong_clock { Severity::Note } else { Severity::Warning })
        .title(format!("{owner}: {}", said.short))
        .cause(said.cause)
        .remedy(said.remedy);
    let public = view.is_public();
    Some(match (fault, shown.client) {
        // Whether the issuer that is missing is an intermediate or a private root, nobody can see unless it is public.
        (Fault::IncompleteChain, _) if !public => found.only_below(),
        (Fault::UntrustedIssuer, _) if public && has(shown, Fault::IncompleteChain) => {
            found.only_below()
        }
        (Fault::NotYetValid, Some(Party::Host(client))) => found.faults([clock::fault(client)]),
        _ => found,
    })
}

/// A finding about a chain, with what it is and who was shown it.
fn about<'a>(id: &Id, shown: &Shown<'a>, at: At) -> Found<'a> {
    let leaf = shown.chain.certificates.first();
    let note = leaf.map_or_else(String::new, |leaf| {
        format!(
            "certificate of \"{}\", issued by \"{}\", serial {}",
            words::common_name(&leaf.subject),
            words::common_name(&leaf.issuer),
            leaf.serial
        )
    });
    Found::about(id, shown.server, at)
        .also_of(shown.others.clone())
        .key(certificate::key(shown.chain))
        .seen_by(shown.client)
        .service(shown.mismatch.map(|(name, _)| name).or(shown.name))
        .times(shown.count, shown.first.time, shown.last.time)
        .evidence(at, note)
        .references(&["RFC 5280", "RFC 9525"])
}

fn expired_ca<'a>(shown: &Shown<'a>) -> Option<Found<'a>> {
    let now = shown.first.time.seconds();
    let above = shown.chain.certificates.iter().skip(1);
    let ca = above.into_iter().find(|ca| ca.not_after < now)?;
    let (owner, name) = (shown.owner(), words::common_name(&ca.subject));
    let found = about(&EXPIRED_ID, shown, shown.first)
        .title(format!("{owner}: the CA certificate \"{name}\" that it sends has expired"))
        .cause(format!(
            "{owner} sends the CA certificate \"{name}\", which was valid until {}; most clients find another path, \
             some refuse.",
            words::moment(ca.not_after)
        ))
        .remedy(format!("Remove the CA certificate \"{name}\" from the chain, or replace it by its successor."));
    Some(found)
}

fn lifetime<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    for shown in episodes.shown().iter() {
        let Some(leaf) = shown.chain.certificates.first() else { continue };
        if !shown.verdict.remarks.contains(&Remark::LongLifetime) {
            continue;
        }
        let owner = shown.owner();
        let days = leaf.not_after.saturating_sub(leaf.not_before) / 86_400;
        let found = about(&LIFETIME_ID, shown, shown.first)
            .title(format!("{owner}: its certificate is valid for {days} days, longer than allowed"))
            .cause(format!(
                "The certificate \"{}\" is valid from {} to {}, {days} days; clients that enforce the CA/Browser \
                 Forum's limits (398 days from 2020-09-01, 200 from 2026-03-15, 100 from 2027-03-15, 47 from \
                 2029-03-15) refuse it.",
                words::common_name(&leaf.subject),
                words::day(leaf.not_before),
                words::day(leaf.not_after)
            ))
            .remedy("Issue the certificate for a shorter time, and automate its renewal.");
        episodes.add(found);
    }
}

#[cfg(test)]
mod tests;
