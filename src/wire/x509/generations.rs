//! A bounded table in two generations: what is asked for stays, what nobody asks for goes.

use hashbrown::HashTable;
use std::mem::take;

/// Values found by hash and comparison. What is asked for moves to the young generation; when that is full it
/// becomes the old one, and what nobody asked for since is dropped: no list to keep in order, no clock.
#[derive(Debug)]
pub struct Generations<T> {
    young: HashTable<(u64, T)>,
    old: HashTable<(u64, T)>,
    /// Weight of the young generation.
    weight: usize,
    /// Weight that one generation may have.
    weight_max: usize,
    weigh: fn(&T) -> usize,
}

impl<T: Clone> Generations<T> {
    /// Keeps values of up to `weight_max` in all, each as heavy as `weigh` says.
    pub fn new(weight_max: usize, weigh: fn(&T) -> usize) -> Self {
        let (young, old) = (HashTable::new(), HashTable::new());
        Self { young, old, weight: 0, weight_max: weight_max / 2, weigh }
    }

    /// The value with this hash that is the `same`.
    pub fn find(&mut self, hash: u64, same: impl Fn(&T) -> bool) -> Option<T> {
        let same = |entry: &(u64, T)| entry.0 == hash && same(&entry.1);
        if let Some((_, value)) = self.young.find(hash, same) {
            return Some(value.clone());
        }
        let (_, value) = self.old.find_entry(hash, same).ok()?.remove().0;
        self.insert(hash, value.clone());
        Some(value)
    }

    /// Adds a value that was not found.
    pub fn insert(&mut self, hash: u64, value: T) {
        let weight = (self.weigh)(&value);
        if self.weight + weight > self.weight_max {
            self.old = take(&mut self.young);
            self.weight = 0;
        }
        self.weight += weight;
        self.young.insert_unique(hash, (hash, value), |entry| entry.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_use_outlives_what_is_not() {
        let mut table = Generations::new(20, |_| 1);
        table.insert(0, 0);
        for value in 1..1000 {
            table.insert(value, value);
            assert_eq!(table.find(0, |held| *held == 0), Some(0));
            assert!(table.young.len() + table.old.len() <= 20);
        }
        assert_eq!(table.find(1, |held| *held == 1), None);
        assert_eq!(table.find(998, |held| *held == 998), Some(998));
    }

    #[test]
    fn what_is_heavier_than_all_room_pushes_out_the_rest() {
        let mut table = Generations::new(20, |weight: &usize| *weight);
        table.insert(1, 5);
        table.insert(2, 500);
        assert_eq!(table.find(2, |_| true), Some(500));
        table.insert(3, 5);
        table.insert(4, 8);
        assert_eq!(table.find(2, |_| true), None);
    }
}
