//! A table of places in a list, by what stands there: a hundred thousand things are looked up, and none is copied.

use super::RandomState;
use hashbrown::HashTable;
use hashbrown::hash_table::Entry;
use std::hash::{BuildHasher, Hash};

/// Places by the hashes of what stands there. The hashes are kept, so that few of the things are touched.
#[derive(Default)]
pub(super) struct Places {
    hasher: RandomState,
    table: HashTable<(u64, u32)>,
}

impl Places {
    /// With room for so many.
    pub(super) fn with_capacity(places: usize) -> Self {
        Self { table: HashTable::with_capacity(places), ..Self::default() }
    }

    /// The hash of a thing.
    pub(super) fn hash(&self, of: impl Hash) -> u64 {
        self.hasher.hash_one(of)
    }

    /// The place of the thing with this hash that `is` the one.
    pub(super) fn find(&self, hash: u64, is: impl Fn(u32) -> bool) -> Option<u32> {
        let known = self.table.find(hash, |(known, place)| *known == hash && is(*place));
        known.map(|(_, place)| *place)
    }

    /// The place of the thing that `is` the one, else `place`, which is entered.
    pub(super) fn first(&mut self, hash: u64, place: u32, is: impl Fn(u32) -> bool) -> u32 {
        let entry = self.entry(hash, is).or_insert((hash, place));
        entry.get().1
    }

    /// Enters `place` instead of that of a thing that `is` the same, which is given back.
    pub(super) fn replace(
        &mut self,
        hash: u64,
        place: u32,
        is: impl Fn(u32) -> bool,
    ) -> Option<u32> {
        match self.entry(hash, is) {
            Entry::Occupied(mut known) => Some(std::mem::replace(&mut known.get_mut().1, place)),
            Entry::Vacant(free) => {
                free.insert((hash, place));
                None
            }
        }
    }

    fn entry(&mut self, hash: u64, is: impl Fn(u32) -> bool) -> Entry<'_, (u64, u32)> {
        let same = |(known, place): &(u64, u32)| *known == hash && is(*place);
        self.table.entry(hash, same, |(hash, _)| *hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_things_have_one_place() {
        let things = ["a", "b", "a", "c", "b"];
        let is = |thing: &'static str| move |place: u32| things[place as usize] == thing;
        let (mut first, mut last) = (Places::with_capacity(2), Places::default());
        for (thing, place) in things.into_iter().zip(0..) {
            first.first(first.hash(thing), place, is(thing));
            last.replace(last.hash(thing), place, is(thing));
        }
        let all = |places: &Places| {
            ["a", "b", "c", "d"].map(|thing| places.find(places.hash(thing), is(thing)))
        };
        assert_eq!(all(&first), [Some(0), Some(1), Some(3), None]);
        assert_eq!(all(&last), [Some(2), Some(4), Some(3), None]);
    }
}
