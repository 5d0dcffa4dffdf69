//! How often each of a few numbers was seen.

use smallvec::SmallVec;

/// Numbers (versions, cipher suites, groups, …) with how often each was seen, in the order of the numbers. Most servers
/// choose the same one every time: it needs no memory of its own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(SmallVec<[(u16, u32); 2]>);

impl Counts {
    /// Counts `number` once more.
    pub fn add(&mut self, number: u16) {
        self.insert(number, 1);
    }

    /// Counts `number` so many times more.
    pub fn insert(&mut self, number: u16, times: u32) {
        match self.place(number) {
            Ok(place) => {
                if let Some((_, count)) = self.0.get_mut(place) {
                    *count = count.saturating_add(times);
                }
            }
            Err(place) => self.0.insert(place, (number, times)),
        }
    }

    /// It was seen.
    pub fn contains(&self, number: u16) -> bool {
        self.place(number).is_ok()
    }

    /// The numbers seen, each once, in order.
    pub fn keys(&self) -> impl Iterator<Item = &u16> {
        self.0.iter().map(|(number, _)| number)
    }

    /// Nothing was seen.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Bytes beyond its own size.
    pub fn spilled(&self) -> usize {
        if self.0.spilled() { self.0.capacity() * size_of::<(u16, u32)>() } else { 0 }
    }

    fn place(&self, number: u16) -> Result<usize, usize> {
        self.0.binary_search_by_key(&number, |(number, _)| *number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stand_in_order_whatever_came_first() {
        let mut counts = Counts::default();
        [0x0304, 0x0303, 0x0304, 0x0301].into_iter().for_each(|version| counts.add(version));
        counts.insert(0x0301, u32::MAX);
        assert!(counts.keys().eq(&[0x0301, 0x0303, 0x0304]));
        assert!(counts.contains(0x0303) && !counts.contains(0x0302));
        assert_eq!(counts.0[..], [(0x0301, u32::MAX), (0x0303, 1), (0x0304, 2)]);
    }
}
