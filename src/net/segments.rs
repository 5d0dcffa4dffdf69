//! The segments of a batch, in places that are used again for the next one.

use super::Segment;

/// Segments; those behind `used` are what an earlier batch left.
///
/// A segment is filled in place: to make it elsewhere and copy it takes as long as to decode it.
#[derive(Debug, Default)]
pub(super) struct Segments {
    places: Vec<Segment>,
    used: usize,
}

impl Segments {
    /// Forgets all.
    pub(super) fn clear(&mut self) {
        self.used = 0;
    }

    /// Makes places for so many more.
    pub(super) fn reserve(&mut self, more: usize) {
        let places = self.used.saturating_add(more);
        if self.places.len() < places {
            self.places.resize(places, Segment::default());
        }
    }

    /// All that were kept.
    pub(super) fn all(&self) -> &[Segment] {
        self.places.get(..self.used).unwrap_or_default()
    }

    /// The next place, with whatever is in it; none when all are used.
    #[inline(always)]
    pub(super) fn place(&mut self) -> Option<&mut Segment> {
        self.places.get_mut(self.used)
    }

    /// Keeps what is in the next place.
    #[inline(always)]
    pub(super) fn keep(&mut self) {
        self.used += 1;
    }

    /// Keeps a segment that was made elsewhere.
    pub(super) fn push(&mut self, segment: Segment) {
        match self.place() {
            Some(place) => *place = segment,
            None => self.places.push(segment),
        }
        self.keep();
    }
}
