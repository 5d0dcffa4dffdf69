//! A map of a few entries.

use smallvec::SmallVec;
use std::borrow::Borrow;

/// Entries in the order of their keys, the first `N` in place. Most servers choose one protocol, are called by one name, and
/// most pairs of hosts achieve one thing: a tree would take room for eleven at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Few<K, V, const N: usize>(SmallVec<[(K, V); N]>);

impl<K, V, const N: usize> Default for Few<K, V, N> {
    fn default() -> Self {
        Self(SmallVec::new())
    }
}

impl<K: Ord, V, const N: usize> Few<K, V, N> {
    fn place<Q: Ord + ?Sized>(&self, key: &Q) -> Result<usize, usize>
    where
        K: Borrow<Q>,
    {
        self.0.binary_search_by(|(known, _)| known.borrow().cmp(key))
    }

    /// The value of a key.
    pub fn get<Q: Ord + ?Sized>(&self, key: &Q) -> Option<&V>
    where
        K: Borrow<Q>,
    {
        let (_, value) = self.0.get(self.place(key).ok()?)?;
        Some(value)
    }

    /// As [`Self::get`], to change it.
    pub fn get_mut<Q: Ord + ?Sized>(&mut self, key: &Q) -> Option<&mut V>
    where
        K: Borrow<Q>,
    {
        let place = self.place(key).ok()?;
        self.0.get_mut(place).map(|(_, value)| value)
    }

    /// The key is there.
    pub fn contains<Q: Ord + ?Sized>(&self, key: &Q) -> bool
    where
        K: Borrow<Q>,
    {
        self.place(key).is_ok()
    }

    /// The value of a key, which is added if it is not there.
    pub fn entry(&mut self, key: K) -> &mut V
    where
        V: Default,
    {
        let place = self.place(&key).unwrap_or_else(|place| {
            self.0.insert(place, (key, V::default()));
            place
        });
        &mut self.0[place].1
    }

    /// Takes the last entry out, and gives back its room.
    pub fn pop_last(&mut self) {
        self.0.pop();
        self.0.shrink_to_fit();
    }

    /// The keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &K> {
        self.0.iter().map(|(key, _)| key)
    }

    /// The values, in the order of their keys.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut V> {
        self.0.iter_mut().map(|(_, value)| value)
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// There are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of it.
    pub(super) fn entries(&self) -> &SmallVec<[(K, V); N]> {
        &self.0
    }
}

/// Numbers (versions, cipher suites, groups, …) with how often each was seen.
pub type Counts = Few<u16, u32, 2>;

impl Counts {
    /// Counts `number` once more.
    pub fn count(&mut self, number: u16) {
        let times = self.entry(number);
        *times = times.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_stand_in_order_and_once() {
        let mut few = Few::<String, u64, 1>::default();
        for (name, value) in [("b", 1), ("a", 2), ("c", 3), ("b", 4)] {
            *few.entry(name.to_owned()) = value;
        }
        let entries = few.entries().iter().map(|(name, value)| (name.as_str(), *value));
        assert!(entries.eq([("a", 2), ("b", 4), ("c", 3)]));
        few.pop_last();
        assert!(few.contains("b") && !few.contains("c"));
        few.get_mut("b").into_iter().for_each(|value| *value += 1);
        assert_eq!((few.get("a"), few.get("b")), (Some(&2), Some(&5)));
    }

    #[test]
    fn numbers_are_counted() {
        let mut counts = Counts::default();
        [0x0304, 0x0303, 0x0304, 0x0301].into_iter().for_each(|version| counts.count(version));
        *counts.entry(0x0301) = u32::MAX;
        counts.count(0x0301);
        assert_eq!(counts.entries()[..], [(0x0301, u32::MAX), (0x0303, 1), (0x0304, 2)]);
    }
}
