//! The flow table: open addressing, one 64-byte line a conversation, found by its key.

use crate::net::Key;

/// The hot part of a conversation: all that a packet of its bulk touches.
#[derive(Clone, Copy, Debug)]
#[repr(C, align(64))]
pub(super) struct Line {
    key: Key,
    /// Next sequence number of each direction (0: the key's first endpoint sends).
    pub(super) next: [u32; 2],
    /// Bytes of each direction that need not be seen from `next` on.
    pub(super) skip: [u32; 2],
    /// Index of the cold part in the low 29 bits, flags above; [`EMPTY`] in a free place.
    conn: u32,
    /// Capture time of the last packet, seconds (wraps in 2106, as the field does in pcap).
    pub(super) seen: u32,
}

/// Marks a free place.
const EMPTY: u32 = u32::MAX;
/// The low bits of `conn`: the index.
const INDEX: u32 = (1 << 29) - 1;
/// Nobody reads this conversation any more.
const STOPPED: u32 = 1 << 29;
/// Plain segments of direction 0 may take the fast path; the next bit is that of direction 1.
const FAST: u32 = 1 << 30;

impl Line {
    /// Index of the cold part.
    pub(super) fn conn(&self) -> usize {
        (self.conn & INDEX) as usize
    }

    /// Plain segments of this direction may take the fast path.
    #[inline]
    pub(super) fn is_fast(&self, dir: usize) -> bool {
        self.conn & FAST << dir != 0
    }

    /// Lets plain segments of this direction take the fast path, or not.
    pub(super) fn set_fast(&mut self, dir: usize, fast: bool) {
        self.conn = if fast { self.conn | FAST << dir } else { self.conn & !(FAST << dir) };
    }

    /// Nobody reads this conversation any more.
    #[inline]
    pub(super) fn is_stopped(&self) -> bool {
        self.conn & STOPPED != 0
    }

    /// From now on nobody reads this conversation.
    pub(super) fn stop(&mut self) {
        self.conn |= STOPPED;
    }
}

const FREE: Line = Line {
    key: Key { addrs: [0; 4], ports: [0; 2], protocol: 0, v6: false },
    next: [0; 2],
    skip: [0; 2],
    conn: EMPTY,
    seen: 0,
};

/// Where a line stands, until a conversation comes or goes.
#[derive(Clone, Copy)]
pub(super) struct Place(usize);

/// All live conversations. At most half full, so probes stay short; the hash is seeded, so nobody can make them long.
pub(super) struct Table {
    lines: Vec<Line>,
    live: usize,
    seed: u64,
}

impl Table {
    pub(super) fn new(seed: u64) -> Self {
        Self { lines: vec![FREE; 1 << 6], live: 0, seed }
    }

    /// Live conversations.
    pub(super) fn len(&self) -> usize {
        self.live
    }

    fn home(&self, hash: u64) -> usize {
        hash as usize & (self.lines.len() - 1)
    }

    fn after(&self, place: usize) -> usize {
        (place + 1) & (self.lines.len() - 1)
    }

    /// The place of a key, or the free place where it would go.
    #[inline]
    pub(super) fn place(&self, hash: u64, key: &Key) -> Place {
        let mut place = self.home(hash);
        while self.lines[place].conn != EMPTY && self.lines[place].key != *key {
            place = self.after(place);
        }
        Place(place)
    }

    /// The line at a place, unless that is free.
    #[inline]
    pub(super) fn line(&mut self, place: Place) -> Option<&mut Line> {
        self.lines.get_mut(place.0).filter(|line| line.conn != EMPTY)
    }

    /// The line at which the search for a hash begins.
    #[inline]
    pub(super) fn first(&self, hash: u64) -> &Line {
        &self.lines[self.home(hash)]
    }

    /// The line of a key.
    #[inline]
    pub(super) fn find(&mut self, hash: u64, key: &Key) -> Option<&mut Line> {
        self.line(self.place(hash, key))
    }

    /// The indices of all cold parts.
    pub(super) fn conns(&self) -> impl Iterator<Item = u32> {
        self.lines.iter().filter(|line| line.conn != EMPTY).map(|line| line.conn & INDEX)
    }

    /// Adds a key that is not there; where it stands now.
    pub(super) fn insert(&mut self, hash: u64, key: &Key, conn: u32, seen: u32) -> Place {
        if (self.live + 1) * 2 > self.lines.len() {
            self.grow();
        }
        let place = self.place(hash, key);
        self.lines[place.0] = Line { key: *key, conn, seen, ..FREE };
        self.live += 1;
        place
    }

    fn grow(&mut self) {
        let lines = vec![FREE; self.lines.len() * 2];
        for line in std::mem::replace(&mut self.lines, lines) {
            if line.conn != EMPTY {
                let place = self.place(line.key.hash(self.seed), &line.key);
                self.lines[place.0] = line;
            }
        }
    }

    /// Takes a key out; those behind it that probed past it move up.
    pub(super) fn remove(&mut self, hash: u64, key: &Key) {
        let Place(mut hole) = self.place(hash, key);
        if self.lines[hole].conn == EMPTY {
            return;
        }
        let mask = self.lines.len() - 1;
        let mut place = self.after(hole);
        while self.lines[place].conn != EMPTY {
            let home = self.home(self.lines[place].key.hash(self.seed));
            if place.wrapping_sub(home) & mask >= place.wrapping_sub(hole) & mask {
                self.lines[hole] = self.lines[place];
                hole = place;
            }
            place = self.after(place);
        }
        self.lines[hole] = FREE;
        self.live -= 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(n: u16) -> Key {
        Key::new((1, n), (2, 443), 6, false).0
    }

    #[test]
    fn what_goes_in_comes_out_also_after_growth_and_removal() {
        let mut table = Table::new(7);
        for n in 0..20_000 {
            table.insert(key(n).hash(7), &key(n), u32::from(n), 0);
        }
        for n in (0..20_000).step_by(3) {
            table.remove(key(n).hash(7), &key(n));
        }
        for n in 0..20_000 {
            let found = table.find(key(n).hash(7), &key(n)).map(|line| line.conn());
            assert_eq!(found, (n % 3 != 0).then_some(usize::from(n)));
        }
        assert_eq!(table.len(), 20_000 - 20_000_usize.div_ceil(3));
    }

    #[test]
    fn a_line_is_one_cache_line() {
        assert_eq!(size_of::<Line>(), 64);
    }
}
