//! Paths from a leaf towards an anchor, through certificates in any order, with cross-signed and spare ones among them.

use super::anchors::{Anchor, AnchorSet};
use super::signature::Signatures;
use crate::wire::x509::{Certificate, Chain};
use std::sync::Arc;

/// Certificates that one search may pass through, each with a signature to check: a hostile chain of alike names has
/// more paths than there is time.
const STEPS_MAX: usize = 64;
/// Paths that are compared.
const PATHS_MAX: usize = 32;

/// A leaf, who issued it, who issued that, …
#[derive(Clone, Debug)]
pub(super) struct Path<'a> {
    /// Places in the chain, leaf first; the anchor is not among them, unless the leaf itself is one.
    pub(super) links: Vec<usize>,
    /// What is behind the last link.
    pub(super) end: End<'a>,
    /// The first link whose signature does not verify.
    pub(super) forged: Option<usize>,
}

/// Where a path ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum End<'a> {
    /// At an anchor, which issued the last link.
    Anchor(&'a Anchor),
    /// At a certificate that signed itself and is no anchor.
    SelfSigned,
    /// At a certificate whose issuer is not there.
    Missing,
}

impl Path<'_> {
    /// The last link's place in the chain.
    pub(super) fn last(&self) -> usize {
        self.links.last().copied().unwrap_or(0)
    }

    /// It leads to an anchor.
    pub(super) fn anchored(&self) -> bool {
        matches!(self.end, End::Anchor(_))
    }
}

/// All paths of a chain, at least one unless it is empty.
pub(super) fn find<'a>(
    chain: &'a Chain,
    anchors: &'a AnchorSet,
    signatures: &'a mut Signatures,
) -> Vec<Path<'a>> {
    let Some(leaf) = chain.certificates.first() else { return Vec::new() };
    if let Some(anchor) = anchors.same(leaf) {
        return vec![Path { links: vec![0], end: End::Anchor(anchor), forged: None }];
    }
    let mut search = Search { chain, anchors, signatures, paths: Vec::new(), steps: 0 };
    search.from(leaf, &mut vec![0], None);
    search.paths
}

/// Whether `issuer` may have issued `certificate`, by its name.
pub(super) fn named_as_issuer(certificate: &Certificate, issuer: &Certificate) -> bool {
    !certificate.issuer_der.is_empty()
        && (certificate.issuer_der == issuer.subject_der
            // Some software changes the string type from subject to issuer.
            || !certificate.issuer.is_empty()
                && certificate.issuer.eq_ignore_ascii_case(&issuer.subject))
}

/// The certificate says that another key signed it.
fn other_key(certificate: &Certificate, issuer: &Certificate) -> bool {
    match (&certificate.authority_key_id, &issuer.subject_key_id) {
        (Some(wanted), Some(held)) => wanted != held,
        _ => false,
    }
}

struct Search<'a> {
    chain: &'a Chain,
    anchors: &'a AnchorSet,
    signatures: &'a mut Signatures,
    paths: Vec<Path<'a>>,
    steps: usize,
}

impl<'a> Search<'a> {
    /// Follows every issuer of `last`, which is the last of `links`.
    fn from(&mut self, last: &'a Arc<Certificate>, links: &mut Vec<usize>, forged: Option<usize>) {
        let place = links.last().copied();
        let found = self.paths.len();
        for anchor in self.anchors.named(&last.issuer) {
            let verified = self.signatures.issued(last, &anchor.certificate);
            // An anchor of the same name with another key is no issuer; with the same key it is one whose work was changed.
            if verified != Some(false) || !other_key(last, &anchor.certificate) {
                let forged = forged.or(place.filter(|_| verified == Some(false)));
                self.arrive(links, End::Anchor(anchor), forged);
            }
        }
        let own = last.self_issued().then(|| self.signatures.issued(last, last));
        if own.is_some_and(|verified| verified != Some(false)) {
            return self.arrive(links, End::SelfSigned, forged);
        }
        self.through_sent(last, links, forged);
        if self.paths.len() == found {
            // Of its own name, not signed with its own key: the issuer has the same name, unless the key ids say otherwise.
            let changed =
                own.is_some() && last.authority_key_id.is_some() && !other_key(last, last);
            let forged = forged.or(place.filter(|_| changed));
            self.arrive(links, End::Missing, forged);
        }
    }

    /// Goes on with every certificate of the chain that may have issued `last`.
    fn through_sent(
        &mut self,
        last: &'a Arc<Certificate>,
        links: &mut Vec<usize>,
        forged: Option<usize>,
    ) {
        let place = links.last().copied();
        for (next, issuer) in self.chain.certificates.iter().enumerate() {
            if self.steps >= STEPS_MAX || self.paths.len() >= PATHS_MAX {
                return;
            }
            let fresh = || {
                let mut held = links.iter().filter_map(|link| self.chain.certificates.get(*link));
                held.all(|held| !Arc::ptr_eq(held, issuer))
            };
            // What has an anchor's name and key was tried as that anchor.
            if !named_as_issuer(last, issuer) || !fresh() || self.anchors.same(issuer).is_some() {
                continue;
            }
            let verified = self.signatures.issued(last, issuer);
            self.steps += 1;
            if verified == Some(false) && forged.is_some() {
                continue;
            }
            let forged = forged.or(place.filter(|_| verified == Some(false)));
            links.push(next);
            self.from(issuer, links, forged);
            links.pop();
        }
    }

    fn arrive(&mut self, links: &[usize], end: End<'a>, forged: Option<usize>) {
        self.paths.push(Path { links: links.to_vec(), end, forged });
    }
}
