//! Who pays when the room for conversations is spent: one that has held much for long, else the longest idle. Never the
//! newest; and whatever is given up is counted.

use super::timers::Patience;
use super::{Conn, Shard, Shared, seconds};
use crate::units::{At, Frame};
use std::collections::VecDeque;

/// From this on a conversation counts among those that hold much.
const MUCH: usize = 1 << 10;

/// A conversation that holds much, and the capture second in which it was found so.
#[derive(Clone, Copy, Debug)]
struct Holder {
    conn: u32,
    /// Tells it from others that had the same index.
    flow: Frame,
    since: u32,
}

/// Those that hold much, the longest known first.
#[derive(Debug, Default)]
pub(super) struct Holders(VecDeque<Holder>);

impl Shared {
    /// What conversations hold together is too much.
    fn is_full(&self) -> bool {
        self.held > self.limits.stream_bytes
    }
}

impl Conn {
    /// Bytes in early segments, unread tails and the analyzer.
    fn held_now(&self) -> usize {
        let datagrams = self.datagrams.as_ref();
        let stream = self.tcp.as_ref().map_or(0, |tcp| tcp.held());
        stream + datagrams.map_or(0, |analyzer| size_of_val(&**analyzer) + analyzer.held())
    }
}

impl Shard {
    /// Makes room for one more conversation.
    pub(super) fn make_room(&mut self, now: At) {
        while self.table.len() >= self.shared.limits.flows && self.evict_longest_idle(None, now) {}
    }

    /// After a packet of the conversation `current`: counts what it holds now; others pay if that is too much.
    pub(super) fn settle(&mut self, current: usize, now: At) {
        let Some(conn) = self.conns.get_mut(current) else { return };
        let held = conn.held_now();
        self.shared.held = (self.shared.held + held).saturating_sub(conn.held as usize);
        conn.held = u32::try_from(held).unwrap_or(u32::MAX);
        if held > MUCH && !conn.is_holder {
            conn.is_holder = true;
            let (flow, since) = (conn.ends.flow, seconds(now));
            self.holders.0.push_back(Holder { conn: current as u32, flow, since });
        }
        while self.shared.is_full()
            && (self.evict_holder(current, now) || self.evict_longest_idle(Some(current), now))
        {
        }
    }

    /// Ends the conversation that has held much for the longest time without a packet; false when there is none.
    fn evict_holder(&mut self, current: usize, now: At) -> bool {
        for _ in 0..self.holders.0.len() {
            let Some(holder) = self.holders.0.pop_front() else { return false };
            let index = holder.conn as usize;
            let Some(conn) = self.conns.get_mut(index).filter(|conn| conn.is(&holder)) else {
                continue;
            };
            if conn.held as usize <= MUCH {
                conn.is_holder = false;
                continue;
            }
            let seen = self.table.find(conn.hash, &conn.key).map_or(0, |line| line.seen);
            if index != current && seen <= holder.since {
                self.evict(index, now);
                return true;
            }
            self.holders.0.push_back(Holder { since: seen, ..holder });
        }
        false
    }

    /// Ends the longest idle conversation, other than the current one; false when there is none.
    fn evict_longest_idle(&mut self, current: Option<usize>, now: At) -> bool {
        for _ in 0..self.timers.len() {
            let Some(due) = self.timers.oldest() else { return false };
            let Some(seen) = self.seen(due) else { continue };
            let Some(conn) = self.conns.get(due.conn as usize) else { continue };
            if current != Some(due.conn as usize) && seen <= due.since(conn.patience) {
                self.evict(due.conn as usize, now);
                return true;
            }
            self.timers.push(conn.patience, due.conn, due.stamp, seen);
        }
        false
    }

    /// Ends a conversation for want of room: of what it did not come to nothing is said.
    fn evict(&mut self, index: usize, now: At) {
        let Some(conn) = self.conns.get(index) else { return };
        let over = match conn.patience {
            Patience::Closed => true,
            Patience::Datagram => conn.datagrams.is_none(),
            Patience::Short | Patience::Long => false,
        };
        if !over {
            self.shared.quality.lose("flows_evicted", 1);
        }
        self.retire(index, now, true);
    }
}

impl Conn {
    fn is(&self, holder: &Holder) -> bool {
        self.is_holder && self.ends.flow == holder.flow
    }
}
