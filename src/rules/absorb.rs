//! How equal findings become one, within bounds.

use crate::finding::Episode;
use std::rc::Rc;

/// Evidence that one finding shows.
pub(super) const EVIDENCE_MAX: usize = 8;

/// Findings that lie below one.
const RELATED_MAX: usize = 16;

/// Codes that one finding quotes.
const CODES_MAX: usize = 8;

/// Adds `other`, an attempt of the same, to `episode`.
pub(super) fn absorb<'a>(episode: &mut Episode<'a>, other: &Episode<'a>) {
    episode.count += other.count;
    episode.first = episode.first.min(other.first);
    episode.last = episode.last.max(other.last);
    episode.severity = episode.severity.max(other.severity);
    episode.confidence = episode.confidence.max(other.confidence);
    let whole = episode.evidence.is_empty();
    let room = EVIDENCE_MAX.saturating_sub(episode.evidence.len());
    // An attempt after the first adds its decisive packet only, so that eight attempts can show theirs.
    let wanted = if whole { room } else { room.min(1) };
    for shown in other.evidence.iter().take(wanted) {
        if !episode.evidence.iter().any(|known| known.at.frame == shown.at.frame) {
            episode.evidence.push(shown.clone());
        }
    }
    for code in &other.codes {
        if episode.codes.len() < CODES_MAX && !episode.codes.contains(code) {
            episode.codes.push(code.clone());
        }
    }
    for below in &other.related {
        absorb_related(&mut episode.related, below.clone());
    }
}

/// Puts `below` (and what lay below it: one level only) into a list of related findings.
pub(super) fn absorb_related<'a>(related: &mut Vec<Rc<Episode<'a>>>, mut below: Rc<Episode<'a>>) {
    let deeper = match below.related.is_empty() {
        true => Vec::new(),
        false => std::mem::take(&mut Rc::make_mut(&mut below).related),
    };
    if let Some(known) = related.iter_mut().find(|known| is_same(known, &below)) {
        absorb(Rc::make_mut(known), &below);
    } else if related.len() < RELATED_MAX {
        related.push(below);
    }
    for episode in deeper {
        absorb_related(related, episode);
    }
}

/// They have the same id, client, server and key.
fn is_same(one: &Episode<'_>, other: &Episode<'_>) -> bool {
    (one.id, one.client, one.server) == (other.id, other.client, other.server)
        && one.key == other.key
}
