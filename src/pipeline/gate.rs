//! Where threads wait for each other at the end of a phase: shortly by spinning, then they let others run, then they sleep.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::thread;

/// Looks before a waiting thread gives its core away: some ten microseconds.
const SPINS: u32 = 300;
/// Times that it gives its core away before it sleeps.
const YIELDS: u32 = 200;

/// A barrier whose last comer does what has to be done between two phases.
#[derive(Debug)]
pub(super) struct Gate {
    threads: AtomicUsize,
    spins: u32,
    arrived: AtomicUsize,
    /// How often the gate opened.
    opened: AtomicUsize,
    asleep: Mutex<usize>,
    bell: Condvar,
    broken: AtomicBool,
}

impl Gate {
    /// For so many threads.
    pub(super) fn new(threads: usize) -> Self {
        // A thread that spins where another one could run holds up what it waits for.
        let cores = thread::available_parallelism().map_or(1, usize::from);
        Self {
            threads: AtomicUsize::new(threads),
            spins: if threads <= cores { SPINS } else { 0 },
            arrived: AtomicUsize::new(0),
            opened: AtomicUsize::new(0),
            asleep: Mutex::new(0),
            bell: Condvar::new(),
            broken: AtomicBool::new(false),
        }
    }

    /// Waits for all threads; the last one runs `between` before any goes on. False when another thread panicked: nobody
    /// will come any more.
    pub(super) fn pass(&self, between: impl FnOnce()) -> bool {
        let opened = self.opened.load(Ordering::Acquire);
        if self.arrived.fetch_add(1, Ordering::AcqRel) + 1 == self.threads.load(Ordering::Acquire) {
            between();
            self.arrived.store(0, Ordering::Relaxed);
            self.opened.store(opened.wrapping_add(1), Ordering::Release);
            self.wake();
        } else {
            self.wait(|| self.is_broken() || self.opened.load(Ordering::Acquire) != opened);
        }
        !self.is_broken()
    }

    /// All threads but one wait.
    pub(super) fn is_awaited(&self) -> bool {
        self.arrived.load(Ordering::Acquire) + 1 >= self.threads.load(Ordering::Acquire)
    }

    /// One thread will never come. Said by a thread that has yet to pass for the first time.
    pub(super) fn forgo(&self) {
        self.threads.fetch_sub(1, Ordering::AcqRel);
    }

    /// Lets all threads go for good.
    pub(super) fn break_open(&self) {
        self.broken.store(true, Ordering::Release);
        self.wake();
    }

    fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Acquire)
    }

    fn wait(&self, over: impl Fn() -> bool) {
        for _ in 0..self.spins {
            if over() {
                return;
            }
            spin_loop();
        }
        for _ in 0..YIELDS {
            if over() {
                return;
            }
            thread::yield_now();
        }
        let mut asleep = self.asleep.lock().unwrap_or_else(PoisonError::into_inner);
        *asleep += 1;
        while !over() {
            asleep = self.bell.wait(asleep).unwrap_or_else(PoisonError::into_inner);
        }
        *asleep -= 1;
    }

    /// Whoever sleeps has looked under this lock, so nobody falls asleep behind the bell.
    fn wake(&self) {
        if *self.asleep.lock().unwrap_or_else(PoisonError::into_inner) > 0 {
            self.bell.notify_all();
        }
    }
}

/// Breaks the gate open when its thread panics, so that the others do not wait for it.
pub(super) struct Alarm<'a>(pub(super) &'a Gate);

impl Drop for Alarm<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.break_open();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_goes_on_before_all_have_come() {
        const THREADS: usize = 4;
        let (gate, count) = (Gate::new(THREADS), AtomicUsize::new(0));
        thread::scope(|scope| {
            for _ in 0..THREADS {
                scope.spawn(|| {
                    for round in 1..=500 {
                        count.fetch_add(1, Ordering::Relaxed);
                        let mut last = None;
                        assert!(gate.pass(|| last = Some(count.load(Ordering::Relaxed))));
                        assert!(last.is_none_or(|count| count == THREADS * round));
                        assert!(gate.pass(|| {}));
                    }
                });
            }
        });
        assert_eq!(count.into_inner(), 500 * THREADS);
    }

    #[test]
    fn a_thread_that_fails_holds_nobody_up() {
        let gate = Gate::new(2);
        thread::scope(|scope| {
            let failed = scope.spawn(|| {
                let _alarm = Alarm(&gate);
                panic!("as the test wants it");
            });
            assert!(!gate.pass(|| {}));
            assert!(failed.join().is_err());
        });
    }
}
