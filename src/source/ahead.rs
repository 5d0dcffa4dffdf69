//! A decompressor on a thread of its own, a bounded stretch ahead of the one that reads from it.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read};
use std::ops::RangeInclusive;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

type Reader = Box<dyn Read + Send>;

/// What is asked of a decompressor at a time, bytes: a quarter of what it gave already, within these bounds.
///
/// What it made in the call that finds damage is lost; larger portions are faster.
const PORTION: RangeInclusive<u64> = 4 << 10..=64 << 10;

/// Bytes that are unpacked before a thread is started: many a file has no more, or is opened only to see what it is.
const PATIENCE: u64 = 64 << 10;

/// Blocks that wait at most; with the largest portions a mebibyte.
const WAITING_MAX: usize = 16;

/// One portion, gone through from `at` on.
#[derive(Default)]
struct Block {
    bytes: Vec<u8>,
    at: usize,
    end: usize,
}

impl Block {
    /// Reads the portion that follows on `given` bytes; its length.
    fn fill(&mut self, reader: &mut Reader, given: u64) -> io::Result<usize> {
        let len = (given / 4).clamp(*PORTION.start(), *PORTION.end()) as usize;
        self.bytes.resize(len.max(self.bytes.len()), 0);
        (self.at, self.end) = (0, 0);
        loop {
            match reader.read(self.bytes.get_mut(..len).unwrap_or_default()) {
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
                Ok(len) => {
                    self.end = len.min(self.bytes.len());
                    return Ok(self.end);
                }
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.at == self.end
    }

    /// Moves what fits into `into`; its length.
    fn give(&mut self, into: &mut [u8]) -> usize {
        let unread = self.bytes.get(self.at..self.end).unwrap_or_default();
        let len = unread.len().min(into.len());
        if let (Some(into), Some(unread)) = (into.get_mut(..len), unread.get(..len)) {
            into.copy_from_slice(unread);
        }
        self.at += len;
        len
    }
}

/// What lies between the two threads.
#[derive(Default)]
struct State {
    full: VecDeque<Block>,
    spare: Vec<Block>,
    /// Nothing more will come.
    ended: bool,
    /// Why, unless it was the end of the data; told once.
    error: Option<io::Error>,
    /// Nobody reads any more.
    left: bool,
}

/// Blocks on their way, in order. Each side wakes the other seldom: a wake-up costs as much as some KiB of data.
#[derive(Default)]
struct Queue {
    state: Mutex<State>,
    /// The reading side waits here while it has nothing.
    filled: Condvar,
    /// The unpacking side waits here from a full queue to a half empty one.
    drained: Condvar,
}

impl Queue {
    /// Nothing panics while it holds the lock; were it otherwise, the state would still be sound.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a full block and gives an empty one when there is room for more; `None` when nobody reads any more.
    fn exchange(&self, block: Block) -> Option<Block> {
        let mut state = self.lock();
        state.full.push_back(block);
        if state.full.len() >= WAITING_MAX {
            self.filled.notify_one();
            let waits = |state: &mut State| state.full.len() > WAITING_MAX / 2 && !state.left;
            state = self.drained.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        }
        (!state.left).then(|| state.spare.pop().unwrap_or_default())
    }

    /// The unpacking side comes to its end.
    fn end(&self, error: Option<io::Error>) {
        let mut state = self.lock();
        if !state.ended {
            (state.ended, state.error) = (true, error);
        }
        self.filled.notify_one();
    }

    /// Takes back an empty block for the next full one; waits for it where `wait` says so. `None` when there is none.
    fn next(&self, empty: Block, wait: bool) -> io::Result<Option<Block>> {
        let mut state = self.lock();
        if wait {
            let waits = |state: &mut State| state.full.is_empty() && !state.ended;
            state = self.filled.wait_while(state, waits).unwrap_or_else(PoisonError::into_inner);
        }
        if !empty.bytes.is_empty() {
            state.spare.push(empty);
        }
        let block = state.full.pop_front();
        if block.is_some() && state.full.len() == WAITING_MAX / 2 {
            self.drained.notify_one();
        }
        match state.error.take_if(|_| wait && block.is_none()) {
            Some(error) => Err(error),
            None => Ok(block),
        }
    }

    fn leave(&self) {
        self.lock().left = true;
        self.drained.notify_one();
    }
}

/// Compressed bytes on their way into the decompressor: before more of them are waited for, what is unpacked is shown.
struct Packed {
    reader: Reader,
    queue: Arc<Queue>,
}

impl Read for Packed {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.queue.filled.notify_one();
        self.reader.read(into)
    }
}

/// Tells the reading side in any case that this thread ends, even by a panic.
struct Ends<'a>(&'a Queue);

impl Drop for Ends<'_> {
    fn drop(&mut self) {
        self.0.end(Some(io::Error::other("the decompressor broke down")));
    }
}

/// Unpacks to the end, or until nobody reads any more.
fn unpack(mut reader: Reader, mut given: u64, queue: &Queue) {
    let _ends = Ends(queue);
    let mut block = Block::default();
    loop {
        match block.fill(&mut reader, given) {
            Ok(0) => return queue.end(None),
            Ok(len) => given += len as u64,
            Err(error) => return queue.end(Some(error)),
        }
        let Some(spare) = queue.exchange(block) else { return };
        block = spare;
    }
}

/// Reads what a decompressor makes, on this thread first, then from another one.
pub(super) struct Ahead {
    /// Until the thread has it.
    reader: Option<Reader>,
    given: u64,
    block: Block,
    queue: Arc<Queue>,
}

impl Ahead {
    /// Reads `packed` through the decompressor that `make` puts around it.
    ///
    /// # Errors
    /// Those of `make`.
    pub(super) fn new<E>(
        packed: Reader,
        make: impl FnOnce(Reader) -> Result<Reader, E>,
    ) -> Result<Self, E> {
        let queue = Arc::<Queue>::default();
        let reader = make(Box::new(Packed { reader: packed, queue: Arc::clone(&queue) }))?;
        Ok(Self { reader: Some(reader), given: 0, block: Block::default(), queue })
    }

    /// Gets another block; one that `wait`s comes without fail unless the data ends.
    fn refill(&mut self, wait: bool) -> io::Result<bool> {
        if let Some(reader) = self.reader.as_mut().filter(|_| self.given < PATIENCE) {
            let len = if wait { self.block.fill(reader, self.given)? } else { 0 };
            self.given += len as u64;
            return Ok(len > 0);
        }
        if let Some(reader) = self.reader.take() {
            let (queue, given) = (Arc::clone(&self.queue), self.given);
            let thread = thread::Builder::new().name("unpack".into());
            thread.spawn(move || unpack(reader, given, &queue))?;
        }
        let block = self.queue.next(std::mem::take(&mut self.block), wait)?;
        let came = block.is_some();
        self.block = block.unwrap_or_default();
        Ok(came)
    }
}

impl Read for Ahead {
    /// Gives what is there; waits only for the first byte.
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let mut len = 0;
        while let Some(free) = into.get_mut(len..).filter(|free| !free.is_empty()) {
            if self.block.is_empty() && !self.refill(len == 0)? {
                break;
            }
            len += self.block.give(free);
        }
        Ok(len)
    }
}

impl Drop for Ahead {
    fn drop(&mut self) {
        self.queue.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;
    use std::sync::mpsc::{Receiver, Sender, channel};

    /// Gives chunks as they are sent, ends with the last sender, breaks down on an empty chunk.
    struct Chunks {
        coming: Receiver<Vec<u8>>,
        chunk: std::collections::VecDeque<u8>,
    }

    impl Read for Chunks {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            if self.chunk.is_empty() {
                let Ok(chunk) = self.coming.recv() else { return Ok(0) };
                assert!(!chunk.is_empty(), "an empty chunk");
                self.chunk.extend(chunk);
            }
            self.chunk.read(into)
        }
    }

    fn chunks() -> (Sender<Vec<u8>>, Ahead) {
        let (sender, coming) = channel();
        let reader: Reader = Box::new(Chunks { coming, chunk: VecDeque::new() });
        let Ok(ahead) = Ahead::new(reader, Ok::<_, Infallible>);
        (sender, ahead)
    }

    fn bytes(from: usize, len: usize) -> Vec<u8> {
        (from..from + len).map(|n| (n % 251) as u8).collect()
    }

    #[test]
    fn all_bytes_come_in_order_and_the_end_stays_the_end() {
        let (sender, mut ahead) = chunks();
        let all = bytes(0, 5_000_000);
        all.chunks(70_001).for_each(|chunk| sender.send(chunk.to_vec()).unwrap());
        drop(sender);
        let mut seen = Vec::new();
        ahead.read_to_end(&mut seen).unwrap();
        assert!(seen == all);
        assert_eq!(ahead.read(&mut [0; 10]).unwrap(), 0);
    }

    #[test]
    fn what_came_is_given_while_more_is_awaited() {
        let (sender, mut ahead) = chunks();
        let mut at = 0;
        for len in [10_000, 200_000, 1, 3_000_000, 7] {
            sender.send(bytes(at, len)).unwrap();
            let mut seen = vec![0; len];
            ahead.read_exact(&mut seen).unwrap();
            assert!(seen == bytes(at, len));
            at += len;
        }
    }

    #[test]
    fn a_decompressor_that_breaks_down_is_an_error_behind_what_it_gave() {
        let (sender, mut ahead) = chunks();
        sender.send(bytes(0, 300_000)).unwrap();
        sender.send(Vec::new()).unwrap();
        let mut seen = Vec::new();
        let error = ahead.read_to_end(&mut seen).unwrap_err();
        assert!(seen == bytes(0, 300_000));
        assert_eq!(error.to_string(), "the decompressor broke down");
        assert_eq!(ahead.read(&mut [0; 10]).unwrap(), 0);
    }

    #[test]
    fn the_thread_ends_when_nobody_reads_any_more() {
        let (sender, mut ahead) = chunks();
        sender.send(bytes(0, 50_000_000)).unwrap();
        ahead.read_exact(&mut [0; 100_000]).unwrap();
        let queue = Arc::clone(&ahead.queue);
        drop(ahead);
        let waits = |state: &mut State| !state.ended;
        let state = queue.filled.wait_while(queue.lock(), waits).unwrap();
        assert!(state.full.len() <= WAITING_MAX);
        // The thread takes its reader with it.
        drop(state);
        while sender.send(vec![1]).is_ok() {
            thread::yield_now();
        }
    }
}
