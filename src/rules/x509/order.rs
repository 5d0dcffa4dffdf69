//! `x509-order`, `x509-extra`: chains that are not sent as the specification wants them.

use super::about;
use crate::facts::Facts;
use crate::finding::{Confidence, Severity};
use crate::rules::certificate::Shown;
use crate::rules::{Episodes, Id, Rule, words};
use crate::trust::Remark;

const ORDER_ID: Id = Id::warning(
    "x509-order",
    Confidence::Certain,
    "The server sends its certificates in the wrong order",
);
const EXTRA_ID: Id = Id::warning(
    "x509-extra",
    Confidence::Certain,
    "The server sends certificates that nobody needs",
);

/// Certificates stand in the wrong order.
pub(crate) const ORDER: Rule = Rule {
    ids: &[ORDER_ID],
    manual: include_str!("../manual/x509-order.md"),
    explains: &[],
    check: order,
};

/// Certificates that do not belong there.
pub(crate) const EXTRA: Rule = Rule {
    ids: &[EXTRA_ID],
    manual: include_str!("../manual/x509-extra.md"),
    explains: &[],
    check: extra,
};

fn with<'s, 'a>(shown: &'s [Shown<'a>], remark: Remark) -> impl Iterator<Item = &'s Shown<'a>> {
    shown.iter().filter(move |shown| shown.verdict.remarks.contains(&remark))
}

/// The certificates as sent, by name.
fn sent(shown: &Shown<'_>) -> String {
    let names = shown.chain.certificates.iter();
    words::list(names.map(|held| format!("\"{}\"", words::common_name(&held.subject))))
}

fn order<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    for shown in with(&episodes.shown(), Remark::OutOfOrder) {
        let owner = shown.owner();
        let found = about(&ORDER_ID, shown, shown.first)
            .title(format!("{owner} sends its certificate chain out of order"))
            .cause(format!(
                "{owner} sends {}; each certificate should be followed by that of its issuer. Most clients sort \
                 them, strict ones fail.",
                sent(shown)
            ))
            .remedy(format!("Put the certificates on {owner} in order: the server's own first, then each issuer's."));
        episodes.add(found);
    }
}

fn extra<'a>(_: &'a Facts, episodes: &mut Episodes<'a>) {
    for shown in with(&episodes.shown(), Remark::Extra) {
        let owner = shown.owner();
        // A root at the end costs bytes and nothing else.
        let (worst, what, effect) = match root_only(shown) {
            true => (
                Severity::Note,
                "its root",
                "Clients have it or do not trust it; it only costs bytes.",
            ),
            false => (
                Severity::Warning,
                "certificates that clients do not need",
                "Some of these are duplicates, or issued none of the others: most clients pass over them, some fail.",
            ),
        };
        let found = about(&EXTRA_ID, shown, shown.first)
            .no_worse_than(worst)
            .title(format!("{owner} sends {what} along with its certificate"))
            .cause(format!("{owner} sends {}. {effect}", sent(shown)))
            .remedy(format!(
                "Leave only the server's certificate and its intermediates in the chain of {owner}."
            ));
        episodes.add(found);
    }
}

/// All certificates are each other's issuers in order, and the last one is its own.
fn root_only(shown: &Shown<'_>) -> bool {
    let chain = &shown.chain.certificates;
    let linked = chain
        .iter()
        .zip(chain.iter().skip(1))
        .all(|(held, next)| held.issuer_der == next.subject_der);
    let roots = chain.iter().filter(|held| held.self_issued()).count();
    linked && roots == 1 && chain.last().is_some_and(|last| last.self_issued())
}
