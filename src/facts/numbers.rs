//! A set of small numbers.

use smallvec::SmallVec;

/// Which of a few numbers were seen. Those below 64, as nearly all extensions of TLS are, take a bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    low: u64,
    /// The others, in order.
    high: SmallVec<[u16; 4]>,
}

impl Numbers {
    /// Adds a number.
    pub fn add(&mut self, number: u16) {
        match bit(number) {
            Some(bit) => self.low |= bit,
            None => {
                if let Err(place) = self.high.binary_search(&number) {
                    self.high.insert(place, number);
                }
            }
        }
    }

    /// It was seen.
    pub fn contains(&self, number: u16) -> bool {
        match bit(number) {
            Some(bit) => self.low & bit != 0,
            None => self.high.binary_search(&number).is_ok(),
        }
    }

    /// Bytes beyond its own size.
    pub fn spilled(&self) -> usize {
        if self.high.spilled() { self.high.capacity() * size_of::<u16>() } else { 0 }
    }
}

fn bit(number: u16) -> Option<u64> {
    1u64.checked_shl(number.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_is_contained_and_nothing_else() {
        let mut numbers = Numbers::default();
        let some = [0, 63, 64, 13, 0xff01, 0x0a0a, 64];
        some.into_iter().for_each(|number| numbers.add(number));
        assert!((0..=u16::MAX).all(|number| numbers.contains(number) == some.contains(&number)));
        assert_eq!(numbers.high[..], [64, 0x0a0a, 0xff01]);
    }
}
