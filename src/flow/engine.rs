//! All conversations of a capture, spread over shards that share nothing.

use super::Shard;
use super::course::Course;
use super::quality::Quality;
use super::tcp::Input;
use crate::limits::Limits;
use crate::net::{Decoder, Kind, Segment};
use crate::proto::Emitted;
use crate::source::Batch;
use crate::units::{At, Frame, Tally};
use crate::wire::x509::Store;
use std::hint::black_box;
use std::sync::Arc;

/// Packets whose conversations are fetched from memory together.
const AHEAD: usize = 16;

/// Follows all conversations of a capture.
///
/// A conversation belongs to the shard that its hash names, and each shard has its share of all bounds: so what is
/// evicted depends neither on the number of threads nor on their pace.
pub struct Engine {
    /// As many as [`Limits::shards`], a power of two.
    shards: Vec<Shard>,
    course: Course,
    snapped: Tally,
    facts: Vec<Emitted>,
}

impl Engine {
    /// Keeps within `limits`; `seed` is that of the decoder's hashes.
    pub fn new(limits: Limits, seed: u64) -> Self {
        let store = Arc::new(Store::new(limits.certificate_bytes));
        let shard = |_| Shard::new(limits.share(), seed, Arc::clone(&store));
        Self {
            shards: (0..limits.shards()).map(shard).collect(),
            course: Course::default(),
            snapped: Tally::default(),
            facts: Vec::new(),
        }
    }

    /// Pass two: takes what the decoder made of a batch.
    pub fn batch(&mut self, decoder: &Decoder, batch: &Batch<'_>, file: u16) {
        for group in decoder.segments().chunks(AHEAD) {
            self.look_ahead(group);
            for segment in group {
                self.segment(segment, decoder, batch, file);
            }
        }
        order(&mut self.facts);
    }

    /// Reads a word of all that the next packets will need, so that they wait for memory together: by itself each would
    /// wait for its line, then for its conversation, then for its connection.
    #[inline]
    fn look_ahead(&self, group: &[Segment]) {
        let shard = |segment: &Segment| self.shards.get(place(segment.hash, self.shards.len()));
        let lines = group.iter().map(|segment| shard(segment).map_or(0, |it| it.peek(segment)));
        black_box(lines.fold(0, u32::wrapping_add));
        let cold = group.iter().map(|segment| shard(segment).map_or(0, |it| it.peek_cold(segment)));
        black_box(cold.fold(0, u32::wrapping_add));
    }

    #[inline]
    fn segment(&mut self, segment: &Segment, decoder: &Decoder, batch: &Batch<'_>, file: u16) {
        let index = segment.packet as usize;
        let Some(packet) = batch.packets.get(index) else { return };
        let frame = Frame::new(file, batch.first + index as u64);
        let at = At { frame, time: packet.time };
        if packet.captured < packet.wire {
            self.snapped.add(at);
        }
        if let Some(clock) = self.course.step(at) {
            self.tick(clock, at);
        }
        let place = place(segment.hash, self.shards.len());
        let Some(shard) = self.shards.get_mut(place) else { return };
        if !shard.fast(segment, super::seconds(at)) {
            let payload = decoder.payload(batch.bytes, segment);
            let options = decoder.options(batch.bytes, segment);
            let input = Input { segment, payload, options, at };
            let error = (segment.kind == Kind::IcmpError)
                .then(|| decoder.icmp().get(segment.seq as usize))
                .flatten();
            shard.gives(&mut self.facts, |shard| shard.slow(&input, error));
        }
    }

    fn tick(&mut self, clock: u32, now: At) {
        for shard in &mut self.shards {
            shard.gives(&mut self.facts, |shard| shard.tick(clock, now));
        }
    }

    /// The facts since the last call, in the order in which they became known.
    pub fn facts(&mut self) -> std::vec::Drain<'_, Emitted> {
        self.facts.drain(..)
    }

    /// The capture ends: all conversations do, in the order in which they began.
    pub fn finish(&mut self) -> Quality {
        let mut quality = Quality {
            reordered: self.course.reordered,
            snapped: self.snapped,
            ..Quality::default()
        };
        let now = self.course.now;
        for shard in &mut self.shards {
            quality.join(shard.gives(&mut self.facts, |shard| shard.finish(now)));
        }
        order(&mut self.facts);
        quality
    }
}

/// The shard of a conversation: by the upper bits of its hash, as the tables use the lower ones.
#[inline]
fn place(hash: u64, shards: usize) -> usize {
    (hash >> 32) as usize & (shards - 1)
}

/// Facts in the order of the contract: by the packet that made them known, then by flow; those of one flow stay as they
/// came. Nearly always they stand so already.
fn order(facts: &mut [Emitted]) {
    let key = |emitted: &Emitted| (emitted.known, emitted.ends.flow);
    if !facts.is_sorted_by_key(key) {
        facts.sort_by_key(key);
    }
}
