//! All conversations of a capture, spread over shards that share nothing.

use super::course::Course;
use super::plan::Plan;
use super::quality::Quality;
use super::{Shard, seconds};
use crate::limits::Limits;
use crate::net::{Decoder, Key, Segment};
use crate::proto::Emitted;
use crate::source::Batch;
use crate::units::{At, Frame, Tally};
use crate::wire::x509::Store;
use std::hint::black_box;
use std::mem::take;
use std::sync::{Arc, Mutex, PoisonError};
use std::vec::Drain;

/// Packets whose conversations are fetched from memory together.
const AHEAD: usize = 16;

/// Follows all conversations of a capture.
///
/// A conversation belongs to the shard that its hash names, and each shard has its share of all bounds: so what is
/// evicted depends neither on the number of threads nor on their pace.
pub struct Engine {
    /// As many as [`Limits::shards`], a power of two.
    shards: Vec<Mutex<Shard>>,
    course: Course,
    snapped: Tally,
    facts: Vec<Emitted>,
}

/// The shards of an engine, for several threads to work on them.
#[derive(Clone, Copy)]
pub struct Shards<'a>(&'a [Mutex<Shard>]);

/// The rest of an engine: what follows the order of the packets.
pub struct Order<'a> {
    course: &'a mut Course,
    snapped: &'a mut Tally,
}

impl Engine {
    /// Keeps within `limits`; `seed` is that of the decoder's hashes.
    pub fn new(limits: Limits, seed: u64) -> Self {
        let store = Arc::new(Store::new(limits.certificate_bytes));
        let shard = |_| Mutex::new(Shard::new(limits.share(), seed, Arc::clone(&store)));
        Self {
            shards: (0..limits.shards()).map(shard).collect(),
            course: Course::default(),
            snapped: Tally::default(),
            facts: Vec::new(),
        }
    }

    /// Pass two on one thread: takes what the decoder made of a batch, packet by packet; `take` is given the facts, in the
    /// order in which they become known, while they are still in the processor's cache.
    pub fn batch(
        &mut self,
        decoder: &Decoder,
        batch: &Batch<'_>,
        file: u16,
        mut take: impl FnMut(Drain<'_, Emitted>),
    ) {
        for group in decoder.segments().chunks(AHEAD) {
            let places = self.look_ahead(group);
            for (place, segment) in places.into_iter().zip(group) {
                self.segment(place, segment, decoder, batch, file);
            }
            if !self.facts.is_empty() {
                order(&mut self.facts);
                take(self.facts.drain(..));
            }
        }
    }

    /// Reads a word of all that the next packets will need, so that they wait for memory together: by itself each would
    /// wait for its line, then for its conversation, then for its connection.
    #[inline]
    fn look_ahead(&mut self, group: &[Segment]) -> [usize; AHEAD] {
        let (mut places, mut lines, mut cold) = ([0; AHEAD], 0, 0);
        for (place, segment) in places.iter_mut().zip(group) {
            *place = self::place(&segment.key, self.shards.len());
            lines ^= shard(&mut self.shards, *place).map_or(0, |it| it.peek(segment));
        }
        for (place, segment) in places.iter().zip(group) {
            cold ^= shard(&mut self.shards, *place).map_or(0, |it| it.peek_cold(segment));
        }
        black_box((lines, cold));
        places
    }

    #[inline]
    fn segment(
        &mut self,
        place: usize,
        segment: &Segment,
        decoder: &Decoder,
        batch: &Batch<'_>,
        file: u16,
    ) {
        let Some((at, cut)) = place_in_time(segment, batch, file) else { return };
        if cut {
            self.snapped.add(at);
        }
        if let Some(clock) = self.course.step(at) {
            self.tick(clock, at);
        }
        if let Some(shard) = shard(&mut self.shards, place) {
            let moment = (at, self.course.second());
            shard.take(segment, moment, decoder, batch, &mut self.facts);
        }
    }

    fn tick(&mut self, clock: u32, now: At) {
        for shard in &mut self.shards {
            own(shard).gives(&mut self.facts, |shard| shard.tick(clock, now));
        }
    }

    /// Pass two on several threads, block by block: a [`Plan`] each, [`Order::follow`] in the order of the file,
    /// then [`Shards::work`].
    pub fn split(&mut self) -> (Shards<'_>, Order<'_>) {
        let Self { shards, course, snapped, .. } = self;
        (Shards(shards), Order { course, snapped })
    }

    /// The capture ends: all conversations do, in the order in which they began; `take` is given the facts of each.
    pub fn finish(&mut self, mut take: impl FnMut(Drain<'_, Emitted>)) -> Quality {
        let (now, mut live) = (self.course.now, Vec::new());
        for (place, shard) in self.shards.iter_mut().enumerate() {
            live.extend(own(shard).live().map(|(began, index)| (began, place, index)));
        }
        live.sort_unstable_by_key(|(began, ..)| *began);
        for (_, place, index) in live {
            if let Some(shard) = self.shards.get_mut(place) {
                own(shard).gives(&mut self.facts, |shard| shard.retire(index, now, false));
            }
            take(self.facts.drain(..));
        }
        self.quality()
    }

    fn quality(&mut self) -> Quality {
        let mut quality = Quality {
            reordered: self.course.reordered,
            snapped: self.snapped,
            ..Quality::default()
        };
        for shard in &mut self.shards {
            quality.join(take(&mut own(shard).shared.quality));
        }
        quality
    }
}

impl Shards<'_> {
    /// How many there are.
    pub fn count(self) -> usize {
        self.0.len()
    }

    /// Works one shard's part of a block; what it finds goes to `facts`.
    pub fn work(
        self,
        shard: usize,
        plan: &Plan,
        (decoder, batch, file): (&Decoder, &Batch<'_>, u16),
        facts: &mut Vec<Emitted>,
    ) {
        let Some(place) = self.0.get(shard) else { return };
        let mut worked = place.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ticks = plan.ticks().iter().peekable();
        let segments = decoder.segments();
        for group in plan.segments(shard).chunks(AHEAD) {
            let next = || group.iter().filter_map(|index| segments.get(*index as usize));
            black_box(next().fold(0, |words, segment| words ^ worked.peek(segment)));
            black_box(next().fold(0, |words, segment| words ^ worked.peek_cold(segment)));
            for index in group {
                while let Some(tick) = ticks.next_if(|tick| tick.segment <= *index) {
                    worked.gives(facts, |shard| shard.tick(tick.clock, tick.at));
                }
                let Some(segment) = segments.get(*index as usize) else { continue };
                let Some((at, _)) = place_in_time(segment, batch, file) else { continue };
                worked.take(segment, (at, seconds(at)), decoder, batch, facts);
            }
        }
        for tick in ticks {
            worked.gives(facts, |shard| shard.tick(tick.clock, tick.at));
        }
    }
}

impl Order<'_> {
    /// Joins a block to those before it, which have so many packets of its file.
    pub fn follow(&mut self, plan: &mut Plan, packets: u64) {
        plan.follow(packets, self.course, self.snapped);
    }
}

/// A shard that no other thread has now: no lock is taken. Nobody leaves one half done, so one whose thread panicked is
/// as good as any.
#[inline]
fn own(shard: &mut Mutex<Shard>) -> &mut Shard {
    shard.get_mut().unwrap_or_else(PoisonError::into_inner)
}

#[inline]
fn shard(shards: &mut [Mutex<Shard>], place: usize) -> Option<&mut Shard> {
    shards.get_mut(place).map(own)
}

/// Frame and time of a segment's packet, and whether the snap length cut it.
#[inline]
pub(super) fn place_in_time(segment: &Segment, batch: &Batch<'_>, file: u16) -> Option<(At, bool)> {
    let packet = batch.packets.get(segment.packet as usize)?;
    let frame = Frame::new(file, batch.first + u64::from(segment.packet));
    Some((At { frame, time: packet.time }, packet.captured < packet.wire))
}

/// Which shard a conversation belongs to. Not by the seeded hash of the tables: the same bytes give the same report,
/// also where a shard is full.
#[inline]
pub(super) fn place(key: &Key, shards: usize) -> usize {
    let [a, b, c, d] = key.addrs;
    let ports = u64::from(key.ports[0]) << 32 | u64::from(key.ports[1]) << 16;
    let all = a ^ b.rotate_left(13) ^ c.rotate_left(29) ^ d.rotate_left(43) ^ ports;
    (all.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize & (shards - 1)
}

/// Brings facts into the order of the contract: by the packet that made them known, then by flow; those of one flow stay
/// as they came. On one thread they nearly always stand so already.
pub fn order(facts: &mut [Emitted]) {
    let key = |emitted: &Emitted| (emitted.known, emitted.ends.flow);
    if !facts.is_sorted_by_key(key) {
        facts.sort_by_key(key);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversations_spread_over_all_shards() {
        let mut counts = [0; 64];
        for (client, port) in (0..16).flat_map(|client| (0..64).map(move |port| (client, port))) {
            let ends = ((0xffff_0a00_0000 + client, 50_000 + port), (0xffff_c000_0201, 443));
            let (key, _) = Key::new(ends.0, ends.1, 6, false);
            counts[place(&key, counts.len())] += 1;
        }
        assert!(counts.iter().all(|count| (4..=32).contains(count)), "{counts:?}");
    }
}
