//! The judgement itself: the faults of the best path, and what is odd about the chain beside it.

use super::path::{self, End, Path};
use super::{Fault, Remark, Verdict, host, policy, usage};
use crate::units::Side;
use crate::wire::x509::{Certificate, Chain};
use std::sync::Arc;

/// What a chain is judged for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Question<'a> {
    /// Who showed it.
    pub(super) side: Side,
    /// The name that the client asked for.
    pub(super) name: Option<&'a str>,
    /// The server's key is used to decrypt.
    pub(super) key_transport: bool,
    /// Seconds since the epoch.
    pub(super) now: i64,
    /// There are anchors for this side.
    pub(super) judged: bool,
}

/// Judges a chain by the best of its paths: one without a forged link before one that reaches an anchor before
/// one with fewer faults.
pub(super) fn verdict(chain: &Chain, paths: &[Path<'_>], question: Question<'_>) -> Verdict {
    let judged_paths = paths.iter().map(|path| (path, faults(chain, path, question)));
    let rank = |(path, faults): &(&Path<'_>, Vec<(Fault, usize)>)| {
        (path.forged.is_some(), !path.anchored(), faults.len())
    };
    let Some((path, mut found)) = judged_paths.min_by_key(rank) else {
        return Verdict::default();
    };
    found.sort_unstable();
    found.dedup_by_key(|(fault, _)| *fault);
    let (faults, at) = found.into_iter().unzip();
    Verdict { faults, judged: question.judged, at, remarks: remarks(chain, path, question) }
}

/// The faults of one path, each with the place of its certificate.
fn faults(chain: &Chain, path: &Path<'_>, question: Question<'_>) -> Vec<(Fault, usize)> {
    let mut found = untrusted(path, question.judged);
    found.extend(path.forged.map(|place| (Fault::BadSignature, place)));
    for link in &path.links {
        let Some(certificate) = chain.certificates.get(*link) else { continue };
        let signed_itself = *link == path.last() && matches!(path.end, End::SelfSigned);
        found.extend(own_faults(certificate, question, signed_itself).map(|fault| (fault, *link)));
    }
    let leaf = chain.certificates.first().filter(|_| question.side == Side::Server);
    if let (Some(leaf), Some(name)) = (leaf, question.name)
        && !host::covers(leaf, name, policy::common_name_counts(question.now))
    {
        found.push((Fault::NameMismatch, 0));
    }
    let misused = usage::wrong(chain, path, question.side, question.key_transport);
    found.extend(misused.map(|place| (Fault::WrongUsage, place)));
    found
}

/// What the end of a path says of trust.
fn untrusted(path: &Path<'_>, judged: bool) -> Vec<(Fault, usize)> {
    let last = path.last();
    match path.end {
        End::SelfSigned if path.links.len() == 1 => vec![(Fault::SelfSigned, last)],
        End::SelfSigned if judged => vec![(Fault::UntrustedIssuer, last)],
        // The issuer of a certificate that was changed may be there all the same.
        End::Missing if judged && path.forged == Some(last) => {
            vec![(Fault::UntrustedIssuer, last)]
        }
        End::Missing if judged => {
            vec![(Fault::UntrustedIssuer, last), (Fault::IncompleteChain, last)]
        }
        End::Anchor(_) | End::SelfSigned | End::Missing => Vec::new(),
    }
}

/// Dates, key and signature of one certificate; what it says of itself need not be signed well.
fn own_faults(
    certificate: &Certificate,
    question: Question<'_>,
    signed_itself: bool,
) -> impl Iterator<Item = Fault> {
    let now = question.now;
    let weak_signature = !signed_itself && policy::weak_signature(certificate, now);
    [
        (now > certificate.not_after, Fault::Expired),
        (now < certificate.not_before, Fault::NotYetValid),
        (policy::weak_key(certificate, now), Fault::WeakKey),
        (weak_signature, Fault::WeakSignature),
    ]
    .into_iter()
    .filter_map(|(is, fault)| is.then_some(fault))
}

/// What is odd about the chain as it was sent.
fn remarks(chain: &Chain, path: &Path<'_>, question: Question<'_>) -> Vec<Remark> {
    let leaf = chain.certificates.first().filter(|_| question.side == Side::Server);
    let public = matches!(path.end, End::Anchor(anchor) if anchor.public);
    [
        (out_of_order(chain), Remark::OutOfOrder),
        (has_extra(chain), Remark::Extra),
        (public && leaf.is_some_and(|leaf| policy::long_lifetime(leaf)), Remark::LongLifetime),
        (expired_beside(chain, path, question.now), Remark::ExpiredCa),
        (leaf.is_some_and(|leaf| leaf.must_staple), Remark::MustStaple),
    ]
    .into_iter()
    .filter_map(|(is, remark)| is.then_some(remark))
    .collect()
}

/// Somebody's issuer was sent, but not next behind it (RFC 5246 section 7.4.2).
fn out_of_order(chain: &Chain) -> bool {
    let sent = &chain.certificates;
    sent.iter().enumerate().any(|(place, certificate)| {
        let issues = |issuer: &Arc<Certificate>| path::named_as_issuer(certificate, issuer);
        !certificate.self_issued()
            && !sent.get(place + 1).is_some_and(issues)
            && sent.iter().any(issues)
    })
}

/// A root, a duplicate, or a certificate that issued none of the others.
fn has_extra(chain: &Chain) -> bool {
    let sent = &chain.certificates;
    sent.iter().enumerate().skip(1).any(|(place, certificate)| {
        let before = sent.iter().take(place);
        let used = sent.iter().any(|other| {
            !Arc::ptr_eq(other, certificate) && path::named_as_issuer(other, certificate)
        });
        certificate.self_issued()
            || !used
            || before.into_iter().any(|other| Arc::ptr_eq(other, certificate))
    })
}

/// A CA certificate that was sent, but is not needed, is out of its dates.
fn expired_beside(chain: &Chain, path: &Path<'_>, now: i64) -> bool {
    chain
        .certificates
        .iter()
        .enumerate()
        .skip(1)
        .any(|(place, certificate)| now > certificate.not_after && !path.links.contains(&place))
}
