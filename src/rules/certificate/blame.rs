//! Which fault of a chain made the peer refuse it: the likeliest first, the others mentioned.

use super::{Said, View, clock_is_nonsense, said};
use crate::trust::Fault;

/// What clients mind most comes first.
const USUAL: &[Fault] = &[
    Fault::Expired,
    Fault::NotYetValid,
    Fault::NameMismatch,
    Fault::SelfSigned,
    Fault::UntrustedIssuer,
    Fault::WrongUsage,
    Fault::BadSignature,
    Fault::WeakKey,
    Fault::WeakSignature,
];

/// What the certificate itself proves, whichever CAs a client trusts.
pub(in crate::rules) const PROVED: &[Fault] = &[
    Fault::Expired,
    Fault::NotYetValid,
    Fault::NameMismatch,
    Fault::WrongUsage,
    Fault::BadSignature,
    Fault::WeakKey,
    Fault::WeakSignature,
];

/// The cause in words when a peer refused this chain, with the faults in `first` preferred; `None` when it has none.
pub(in crate::rules) fn blame(view: &View<'_>, first: &[Fault]) -> Option<Said> {
    let order = first.iter().chain(USUAL.iter().filter(|fault| !first.contains(fault)));
    let mut words =
        order.filter(|fault| counts(view, **fault)).filter_map(|fault| words(view, *fault));
    let mut main = words.next()?;
    let others: Vec<String> = words.map(|other| other.short).collect();
    if !others.is_empty() {
        main.cause = format!("{} Besides, {}.", main.cause, others.join("; "));
    }
    Some(main)
}

/// A peer that refused this chain may have done so for a fault of it: [`blame`] has words.
pub(in crate::rules) fn is_to_blame(view: &View<'_>) -> bool {
    view.leaf().is_some() && USUAL.iter().any(|fault| counts(view, *fault))
}

/// A clock that is wrong says nothing about dates; a missing intermediate is told with the untrusted issuer.
fn counts(view: &View<'_>, fault: Fault) -> bool {
    let dated = matches!(fault, Fault::NotYetValid | Fault::Expired);
    view.verdict.faults.contains(&fault) && !(dated && clock_is_nonsense(view.time))
}

fn words(view: &View<'_>, fault: Fault) -> Option<Said> {
    match fault {
        Fault::UntrustedIssuer if view.lacks_issuer() && view.is_public() => {
            said(view, Fault::IncompleteChain)
        }
        _ => said(view, fault),
    }
}
