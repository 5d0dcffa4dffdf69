//! The room of all aggregates together: what is new is refused when it is spent, what is there folds closer.

use super::heap::Heap;
use super::{Clock, Lookup, Map, Pair, Server, Spans, Tickets, Web};
use crate::limits::Limits;
use crate::units::Presence;
use std::hash::Hash;

/// Bytes that the aggregates take, of those that they may take.
#[derive(Clone, Copy, Debug)]
pub struct Room {
    used: usize,
    max: usize,
}

/// A value of a table of aggregates.
pub(super) trait Aggregate: Default + Heap {
    /// Gives up details for room.
    fn squeeze(&mut self) {}
}

impl Room {
    /// Nothing is used yet.
    pub(super) fn new(max: usize) -> Self {
        Self { used: 0, max }
    }

    fn is_spent(&self) -> bool {
        self.used >= self.max
    }

    /// Changes the value of a key; one that is not there is made, where there is room. Whether the key is there.
    pub(super) fn fold<K: Eq + Hash + Heap, V: Aggregate>(
        &mut self,
        map: &mut Map<K, V>,
        key: K,
        change: impl FnOnce(&mut V),
    ) -> bool {
        if let Some(value) = map.get_mut(&key) {
            self.change(value, change);
            return true;
        }
        if self.is_spent() {
            return false;
        }
        self.used += place::<K, V>() + key.heap();
        let mut value = V::default();
        change(&mut value);
        self.used += value.heap();
        map.insert(key, value);
        true
    }

    /// As [`Self::fold`], where the change itself says by how many bytes the value grew.
    pub(super) fn grow<K: Eq + Hash + Heap, V: Aggregate>(
        &mut self,
        map: &mut Map<K, V>,
        key: K,
        change: impl FnOnce(&mut V) -> usize,
    ) -> bool {
        let Some(value) = map.get_mut(&key) else {
            return self.fold(map, key, |value| {
                change(value);
            });
        };
        let grown = change(value);
        self.used += grown;
        if grown > 0 && self.is_spent() {
            self.change(value, V::squeeze);
        }
        true
    }

    /// Changes a value that is there.
    pub(super) fn change<V: Aggregate>(&mut self, value: &mut V, change: impl FnOnce(&mut V)) {
        let before = value.heap();
        change(value);
        let mut after = value.heap();
        if after > before && self.is_spent() {
            value.squeeze();
            after = value.heap();
        }
        self.used = (self.used + after).saturating_sub(before);
    }
}

/// As a part of the default memory.
impl Default for Room {
    fn default() -> Self {
        Self::new(Limits::default().aggregate_bytes)
    }
}

/// What an entry takes in a table: such tables double when seven places of eight are taken.
fn place<K, V>() -> usize {
    (size_of::<(K, V)>() + 1) * 16 / 7
}

impl<T: Aggregate> Aggregate for Box<T> {
    fn squeeze(&mut self) {
        (**self).squeeze();
    }
}

impl Aggregate for Pair {
    fn squeeze(&mut self) {
        self.values_mut().for_each(Spans::squeeze);
    }
}

impl Aggregate for Web {
    fn squeeze(&mut self) {
        [&mut self.served, &mut self.let_in].into_iter().for_each(Spans::squeeze);
    }
}

impl Aggregate for Server {
    fn squeeze(&mut self) {
        self.completed.squeeze();
        self.names.pop_last();
        self.alpn.pop_last();
        self.chains.pop();
        self.chains.shrink_to_fit();
    }
}

impl Aggregate for Lookup {
    fn squeeze(&mut self) {
        self.found.squeeze();
        self.addresses.truncate(1);
        self.addresses.shrink_to_fit();
    }
}

impl Aggregate for Tickets {
    fn squeeze(&mut self) {
        self.issued.squeeze();
        self.users.iter_mut().for_each(|(_, spans)| spans.squeeze());
        self.users.pop();
        self.etypes.pop_last();
    }
}

impl Aggregate for Clock {}
impl Aggregate for Presence {}

/// The names of an address.
impl Aggregate for Vec<Box<str>> {
    fn squeeze(&mut self) {
        self.truncate(1);
        self.shrink_to_fit();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::Success;
    use crate::units::{SECOND, Time};

    #[test]
    fn what_is_new_finds_no_room_and_what_is_there_folds_closer() {
        let (mut room, mut map) = (Room::new(2000), Map::<u32, Pair>::default());
        let add =
            |second| move |pair: &mut Pair| pair.entry(Success::Opened).add(Time(second * SECOND));
        let kept = (0..100).filter(|key| room.fold(&mut map, *key, add(0))).count();
        assert_eq!((kept, map.len()), (16, 16));
        for second in (0..1000).step_by(100) {
            assert!(room.fold(&mut map, 0, add(second)));
        }
        let pair = &map[&0];
        let opened = pair.when(Success::Opened);
        assert_eq!((opened.spans.len(), opened.count), (1, 11));
        assert!(opened.within(Time(900 * SECOND), Time(900 * SECOND)));
    }
}
