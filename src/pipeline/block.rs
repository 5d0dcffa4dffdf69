//! A block: a stretch of a capture that one thread reads and decodes, and all threads work.

use super::Wanted;
use super::extent::Extent;
use crate::flow::{Order, Plan, Shards};
use crate::limits::Limits;
use crate::net::Decoder;
use crate::proto::Emitted;
use crate::source::Batch;
use crate::source::stretch::{Mark, Stretch, Stretches};
use std::sync::{Mutex, PoisonError};

/// A block, used again for later ones.
#[derive(Debug)]
pub(super) struct Block {
    stretch: Stretch,
    /// Where it was looked for.
    span: (u64, u64),
    /// Packets of the file before it.
    before: u64,
    extent: Extent,
    decoder: Decoder,
    plan: Plan,
}

/// How blocks are made.
pub(super) struct Mill<'a> {
    pub(super) stretches: Stretches,
    /// The packets that are wanted, where not all are.
    pub(super) wanted: Mutex<Option<&'a mut Wanted>>,
    pub(super) shards: usize,
    pub(super) file: u16,
}

/// What blocks are joined to in the order of the file.
pub(super) struct Seam<'a> {
    /// Has the fragments, and the counts of what could not be decoded.
    pub(super) decoder: &'a mut Decoder,
    /// Has the clock.
    pub(super) order: Order<'a>,
    /// All blocks so far.
    pub(super) extent: Extent,
    /// Where the next one begins.
    pub(super) mark: Mark,
}

impl Block {
    /// An empty one.
    pub(super) fn new(limits: &Limits, seed: u64) -> Self {
        Self {
            stretch: Stretch::default(),
            span: (0, 0),
            before: 0,
            extent: Extent::default(),
            decoder: Decoder::for_blocks(limits, seed),
            plan: Plan::default(),
        }
    }

    /// Reads the records that begin in `span`, decodes the packets that are wanted, and plans who works them. `near` is the
    /// time of a packet before.
    pub(super) fn make(&mut self, mill: &Mill<'_>, span: (u64, u64), sure: bool, near: Mark) {
        self.span = span;
        // What cannot be read here is read once more by the source, which will say why.
        if mill.stretches.read(&mut self.stretch, span, sure, near.time).is_err() {
            (self.stretch.end, self.stretch.broken) = (self.stretch.start, true);
            self.stretch.packets.clear();
        }
        if let Some(wanted) = &mut *mill.wanted.lock().unwrap_or_else(PoisonError::into_inner) {
            let mut packets = std::mem::take(&mut self.stretch.packets);
            super::leave_out(self.stretch.bytes(), &mut packets, wanted);
            self.stretch.packets = packets;
        }
        self.before = 0;
        let batch = batch(&self.stretch, self.before);
        self.extent = Extent::of(&batch);
        self.decoder.decode(&batch);
        self.plan.make(mill.shards, &self.decoder, &batch, mill.file);
    }

    /// Joins the block to those before it; one that does not begin where they end is made again. False where blocks
    /// cannot go on.
    pub(super) fn follow(&mut self, seam: &mut Seam<'_>, mill: &Mill<'_>) -> bool {
        let (from, to) = self.span;
        if self.stretch.start != seam.mark.offset {
            self.decoder.forget();
            self.make(mill, (seam.mark.offset, to.max(seam.mark.offset)), true, seam.mark);
        }
        self.before = seam.mark.packets;
        let batch = batch(&self.stretch, self.before);
        if self.decoder.follow(seam.decoder, &batch) {
            self.plan.make(mill.shards, &self.decoder, &batch, mill.file);
        }
        seam.order.follow(&mut self.plan, self.before);
        seam.extent.join(self.extent);
        seam.mark.offset = self.stretch.end;
        seam.mark.packets += batch.packets.len() as u64;
        seam.mark.time = batch.packets.last().map_or(seam.mark.time, |packet| packet.time);
        debug_assert!(from <= seam.mark.offset, "blocks go on");
        !self.stretch.broken
    }

    /// Works the part of one shard.
    pub(super) fn work(
        &self,
        shards: Shards<'_>,
        shard: usize,
        file: u16,
        facts: &mut Vec<Emitted>,
    ) {
        let batch = batch(&self.stretch, self.before);
        shards.work(shard, &self.plan, (&self.decoder, &batch, file), facts);
    }
}

fn batch(stretch: &Stretch, before: u64) -> Batch<'_> {
    Batch { bytes: stretch.bytes(), packets: &stretch.packets, first: before + 1 }
}
