//! One capture file on several threads, in rounds: all read and decode blocks, then all work shards.
//!
//! ```text
//!  thread 0   fold facts of the round before, then decode ‖ fold the rest, then work shards ‖ …
//!  thread 1   read and decode blocks                      ‖ work shards                     ‖ …
//! ```
//!
//! At each bar the threads wait for each other. Between the bars they take tasks (blocks, shards) as they come to
//! them, so a thread that is held up does less. Blocks are joined in the order of the file, each shard's packets
//! are worked in that order, and facts are merged by packet: who did what does not show.

use super::block::{Block, Mill, Seam};
use super::gate::{Alarm, Gate};
use super::pin::Pin;
use crate::flow::{Shards, order};
use crate::limits::Limits;
use crate::proto::Emitted;
use crate::source::stretch::Mark;
use std::iter::Peekable;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError, RwLock};

/// Blocks a thread in a round: some more than one, so that all end at about the same time.
const BLOCKS_A_THREAD: usize = 3;

/// Facts that are folded before thread 0 looks whether it is waited for.
const FACTS_AT_ONCE: usize = 64;

/// What the threads share.
pub(super) struct Rounds<'a> {
    threads: usize,
    gate: Gate,
    /// The next task of the phase.
    task: AtomicUsize,
    blocks: Vec<RwLock<Block>>,
    block_bytes: u64,
    /// How many blocks of this round go on where the one before ends.
    joined: AtomicUsize,
    /// Nobody wants to know more, or blocks cannot go on.
    stopped: AtomicBool,
    /// There is no other round: changes only while all wait.
    over: AtomicBool,
    mill: Mill<'a>,
    shards: Shards<'a>,
    seam: Mutex<Seam<'a>>,
    /// What each thread found in the last round, in order.
    found: Vec<Mutex<Vec<Emitted>>>,
}

/// No thread leaves anything half done: a lock of one that panicked is as good as any.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'a> Rounds<'a> {
    /// For so many threads, and blocks of so many bytes.
    pub(super) fn new(
        (threads, block_bytes): (usize, u64),
        (limits, seed): (&Limits, u64),
        mill: Mill<'a>,
        shards: Shards<'a>,
        seam: Seam<'a>,
    ) -> Self {
        let block = |_| RwLock::new(Block::new(limits, seed));
        Self {
            threads,
            gate: Gate::new(threads),
            task: AtomicUsize::new(0),
            blocks: (0..BLOCKS_A_THREAD * threads).map(block).collect(),
            block_bytes,
            joined: AtomicUsize::new(0),
            stopped: AtomicBool::new(false),
            over: AtomicBool::new(false),
            mill,
            shards,
            seam: Mutex::new(seam),
            found: (0..threads).map(|_| Mutex::default()).collect(),
        }
    }

    /// A thread could not be started: the others do without it.
    pub(super) fn forgo(&self) {
        self.gate.forgo();
    }

    /// The part of a thread that folds nothing, from the first round to the last.
    pub(super) fn run(&self, me: usize) {
        let _alarm = Alarm(&self.gate);
        let _pin = Pin::new(me, self.threads);
        while !self.over.load(Ordering::Acquire) {
            // The gate keeps it as it is until all have made their blocks.
            let mark = lock(&self.seam).mark;
            self.make(mark.offset, mark);
            if !self.gate.pass(|| self.join()) {
                return;
            }
            self.work(me);
            if !self.gate.pass(|| self.end()) {
                return;
            }
        }
    }

    /// The part of thread 0: `fold` takes in what was found, some facts at a time. Those of a round are folded while the
    /// others make and work the next one; thread 0 helps them when it has no more to fold.
    pub(super) fn run_and_fold(&self, mut fold: impl FnMut(&mut dyn Iterator<Item = Emitted>)) {
        let _alarm = Alarm(&self.gate);
        let _pin = Pin::new(0, self.threads);
        while !self.over.load(Ordering::Acquire) {
            let mark = lock(&self.seam).mark;
            let mut found = self.found().peekable();
            self.fold_meanwhile(&mut found, &mut fold);
            self.make(mark.offset, mark);
            if !self.gate.pass(|| self.join()) {
                return;
            }
            self.fold_meanwhile(&mut found, &mut fold);
            self.work(0);
            // Before the next facts come, whoever waits.
            fold(&mut found);
            if !self.gate.pass(|| self.end()) {
                return;
            }
        }
        fold(&mut self.found());
    }

    /// Folds until nothing is left, or all others wait.
    fn fold_meanwhile(
        &self,
        found: &mut Peekable<impl Iterator<Item = Emitted>>,
        fold: &mut impl FnMut(&mut dyn Iterator<Item = Emitted>),
    ) {
        while found.peek().is_some() && !self.gate.is_awaited() {
            fold(&mut found.by_ref().take(FACTS_AT_ONCE));
        }
    }

    fn task(&self) -> usize {
        self.task.fetch_add(1, Ordering::Relaxed)
    }

    /// First phase.
    fn make(&self, origin: u64, near: Mark) {
        loop {
            let task = self.task();
            let Some(block) = self.blocks.get(task) else { break };
            let mut block = block.write().unwrap_or_else(PoisonError::into_inner);
            let from = origin + task as u64 * self.block_bytes;
            block.make(&self.mill, (from, from + self.block_bytes), task == 0, near);
        }
    }

    /// Between the phases: joins the blocks in the order of the file, up to where they cannot go on.
    fn join(&self) {
        let mut seam = lock(&self.seam);
        let mut joined = 0;
        for block in &self.blocks {
            let mut block = block.write().unwrap_or_else(PoisonError::into_inner);
            joined += 1;
            if !block.follow(&mut seam, &self.mill) {
                self.stop();
                break;
            }
        }
        self.joined.store(joined, Ordering::Release);
        self.task.store(0, Ordering::Relaxed);
    }

    /// Second phase.
    fn work(&self, me: usize) {
        let Some(found) = self.found.get(me) else { return };
        let mut found = lock(found);
        let joined = self.blocks.iter().take(self.joined.load(Ordering::Acquire));
        let blocks: Vec<_> =
            joined.map(|block| block.read().unwrap_or_else(PoisonError::into_inner)).collect();
        loop {
            let shard = self.task();
            if shard >= self.shards.count() {
                break;
            }
            for block in &blocks {
                block.work(self.shards, shard, self.mill.file, &mut found);
            }
        }
        order(&mut found);
    }

    /// Behind the phases: another round begins, or none.
    fn end(&self) {
        self.task.store(0, Ordering::Relaxed);
        self.over.store(self.stopped.load(Ordering::Acquire), Ordering::Release);
    }

    /// This round is the last.
    pub(super) fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
    }

    /// What was found in the round before, in the order of the contract.
    fn found(&self) -> impl Iterator<Item = Emitted> + use<> {
        let lists = self.found.iter().map(|list| std::mem::take(&mut *lock(list)));
        let mut lists: Vec<_> = lists.map(|list| list.into_iter().peekable()).collect();
        std::iter::from_fn(move || {
            let heads = lists.iter_mut().enumerate();
            let heads = heads.filter_map(|(index, list)| {
                list.peek().map(|fact| ((fact.known, fact.ends.flow), index))
            });
            let (_, index) = heads.min()?;
            lists.get_mut(index)?.next()
        })
    }

    /// How far the file was read.
    pub(super) fn position(&self) -> u64 {
        lock(&self.seam).mark.offset
    }

    /// What all blocks were joined to.
    pub(super) fn into_seam(self) -> Seam<'a> {
        self.seam.into_inner().unwrap_or_else(PoisonError::into_inner)
    }
}
