//! Episodes that may explain others, by what they would have in common with them.

use crate::facts::Map;
use smallvec::SmallVec;
use std::hash::Hash;

/// Episodes with one thing in common that are asked whether they explain another.
const CAUSES_MAX: usize = 8;

/// Places of episodes by a thing that they have in common with what they explain. Most are never asked for, so they are
/// put in order only when one is.
pub(super) struct Causes<K> {
    noted: Vec<(K, u32)>,
    known: Map<K, SmallVec<[u32; 4]>>,
}

impl<K> Default for Causes<K> {
    fn default() -> Self {
        Self { noted: Vec::new(), known: Map::default() }
    }
}

impl<K: Eq + Hash> Causes<K> {
    /// The episode at `place` explains what has `key`.
    pub(super) fn note(&mut self, key: K, place: u32) {
        self.noted.push((key, place));
    }

    /// The first that has `key` and is one that `explains`.
    pub(super) fn find(&mut self, key: &K, explains: impl Fn(u32) -> bool) -> Option<u32> {
        for (key, place) in self.noted.drain(..) {
            let places = self.known.entry(key).or_default();
            if places.len() < CAUSES_MAX && !places.contains(&place) {
                places.push(place);
            }
        }
        self.known.get(key)?.iter().copied().find(|place| explains(*place))
    }
}

/// The ids that episodes found so far explain.
#[derive(Default)]
pub(super) struct Explained {
    lists: Vec<&'static [&'static str]>,
    last: Option<(&'static str, bool)>,
}

impl Explained {
    /// An episode explains all of these.
    pub(super) fn note(&mut self, ids: &'static [&'static str]) {
        if self.lists.last().is_none_or(|last| !std::ptr::eq(*last, ids)) {
            self.lists.push(ids);
            self.last = None;
        }
    }

    /// Some episode explains findings of this id. A rule asks for one id many times.
    pub(super) fn has(&mut self, id: &'static str) -> bool {
        match self.last {
            Some((last, known)) if std::ptr::eq(last, id) => known,
            _ => {
                let known = self.lists.iter().any(|ids| ids.contains(&id));
                self.last = Some((id, known));
                known
            }
        }
    }
}
