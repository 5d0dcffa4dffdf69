//! Which conversation has been idle the longest: four queues by patience, each in order of time.

use std::collections::VecDeque;

/// How long a conversation may idle before it is retired.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    /// Closed, or datagrams that were answered: late copies and the rest of a reset's company still belong to it.
    Closed,
    /// Not TCP.
    Datagram,
    /// No connection yet.
    Short,
    /// An open connection.
    Long,
}

impl Patience {
    /// In seconds of capture time.
    pub(super) fn seconds(self) -> u32 {
        match self {
            Self::Closed => 3,
            Self::Datagram => 10,
            Self::Short => 120,
            Self::Long => 3600,
        }
    }
}

/// A conversation in a queue. It may have moved on since: its `stamp` tells.
#[derive(Clone, Copy, Debug)]
pub(super) struct Due {
    pub(super) conn: u32,
    pub(super) stamp: u32,
    /// Capture second at which it should be looked at.
    at: u32,
}

impl Due {
    /// The capture second from which on it waits in the queue of `patience`.
    pub(super) fn since(&self, patience: Patience) -> u32 {
        self.at.saturating_sub(patience.seconds())
    }
}

/// The queues.
#[derive(Debug, Default)]
pub(super) struct Timers {
    queues: [VecDeque<Due>; 4],
    /// No entry is due before this capture second: most packets need not look at the queues.
    next: u32,
}

impl Timers {
    /// Looks at `conn` again when `seen` lies `patience` back.
    pub(super) fn push(&mut self, patience: Patience, conn: u32, stamp: u32, seen: u32) {
        let at = seen.saturating_add(patience.seconds());
        self.queues[patience as usize].push_back(Due { conn, stamp, at });
        self.next = self.next.min(at);
    }

    /// The next one that is due at `now`. Clocks that step far ahead make all due; the caller takes a few a packet.
    #[inline]
    pub(super) fn due(&mut self, now: u32) -> Option<Due> {
        if now < self.next { None } else { self.first_due(now) }
    }

    /// The longest closed one of more than `max` that are: late packets of so many are not waited for any longer.
    #[inline]
    pub(super) fn beyond(&mut self, max: usize) -> Option<Due> {
        let closed = &mut self.queues[Patience::Closed as usize];
        if closed.len() > max { closed.pop_front() } else { None }
    }

    fn first_due(&mut self, now: u32) -> Option<Due> {
        let is_due = |queue: &&mut VecDeque<Due>| queue.front().is_some_and(|due| due.at <= now);
        let Some(queue) = self.queues.iter_mut().find(is_due) else {
            let fronts = self.queues.iter().filter_map(VecDeque::front);
            self.next = fronts.map(|due| due.at).min().unwrap_or(u32::MAX);
            return None;
        };
        queue.pop_front()
    }

    /// The next one to give up when room is needed, due or not: what is over first, then what has not come to stand, then
    /// open connections; the longest idle of each.
    pub(super) fn oldest(&mut self) -> Option<Due> {
        let since = |patience: &Patience| {
            let first = self.queues[*patience as usize].front();
            first.map_or(u32::MAX, |due| due.since(*patience))
        };
        let begun = [Patience::Datagram, Patience::Short].into_iter().min_by_key(since);
        let order = [Some(Patience::Closed), begun, Some(Patience::Long)];
        let mut order = order.into_iter().flatten();
        order.find_map(|patience| self.queues[patience as usize].pop_front())
    }

    /// Entries in all queues, moved-on ones included.
    pub(super) fn len(&self) -> usize {
        self.queues.iter().map(VecDeque::len).sum()
    }

    /// Drops entries that have moved on.
    pub(super) fn retain(&mut self, mut valid: impl FnMut(&Due) -> bool) {
        for queue in &mut self.queues {
            queue.retain(&mut valid);
        }
    }
}
