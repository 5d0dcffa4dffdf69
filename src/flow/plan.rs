//! Which segments of a block each shard is to work, and where the clock goes on in between: made by any thread, before
//! it is known what comes before the block.

use super::course::Course;
use super::engine::{place, place_in_time};
use crate::net::Decoder;
use crate::source::Batch;
use crate::units::{At, Tally};

/// The plan of one block.
#[derive(Debug, Default)]
pub struct Plan {
    /// Segments by shard, as indices, in order.
    shards: Vec<Vec<u32>>,
    /// Where the clock goes on.
    ticks: Vec<Tick>,
    /// The first packets: what they mean for the clock depends on the block before.
    heads: Vec<Tick>,
    /// How the time goes on behind them.
    course: Course,
    /// Packets cut by the snap length.
    snapped: Tally,
}

/// The clock goes on.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tick {
    /// Before this segment.
    pub(super) segment: u32,
    /// At its packet.
    pub(super) at: At,
    /// What it shows then, seconds.
    pub(super) clock: u32,
}

/// A packet's clock looks back at the two packets before it.
const HEADS: u32 = 2;

impl Plan {
    /// Makes the plan of a block that `decoder` has decoded, for so many shards. Frames count from the block's first packet.
    pub fn make(&mut self, shards: usize, decoder: &Decoder, batch: &Batch<'_>, file: u16) {
        let batch = Batch { first: 1, ..*batch };
        self.shards.resize_with(shards, Vec::new);
        self.shards.iter_mut().for_each(Vec::clear);
        self.ticks.clear();
        self.heads.clear();
        (self.course, self.snapped) = (Course::default(), Tally::default());
        for (segment, number) in decoder.segments().iter().zip(0..) {
            let Some((at, cut)) = place_in_time(segment, &batch, file) else { continue };
            if cut {
                self.snapped.add(at);
            }
            let stepped = self.course.step(at);
            if (self.heads.len() as u32) < HEADS {
                self.heads.push(Tick { segment: number, at, clock: 0 });
                self.course.reordered = Tally::default();
            } else if let Some(clock) = stepped {
                self.ticks.push(Tick { segment: number, at, clock });
            }
            if let Some(list) = self.shards.get_mut(place(&segment.key, shards)) {
                list.push(number);
            }
        }
    }

    /// Joins the block to what came before it: so many packets, this course.
    pub(super) fn follow(&mut self, packets: u64, course: &mut Course, snapped: &mut Tally) {
        for tick in self.heads.iter_mut().chain(&mut self.ticks) {
            tick.at.frame = tick.at.frame.later(packets);
        }
        self.course.now.frame = self.course.now.frame.later(packets);
        self.course.reordered = self.course.reordered.later(packets);
        let heads = self.heads.iter();
        let first = heads.filter_map(|head| Some(Tick { clock: course.step(head.at)?, ..*head }));
        let first: Vec<Tick> = first.collect();
        self.ticks.splice(..0, first);
        if self.heads.len() as u32 == HEADS {
            course.go_on(&self.course);
        }
        snapped.join(self.snapped.later(packets));
    }

    /// The segments of a shard.
    pub(super) fn segments(&self, shard: usize) -> &[u32] {
        self.shards.get(shard).map_or(&[], Vec::as_slice)
    }

    /// Where the clock goes on.
    pub(super) fn ticks(&self) -> &[Tick] {
        &self.ticks
    }
}
