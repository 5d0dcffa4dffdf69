//! The cold parts of a shard's conversations, by index. In blocks: growing moves none of them.

use super::Conn;

/// Conversations a block.
const BLOCK: usize = 256;

/// The cold parts, with the places that are free again.
#[derive(Default)]
pub(super) struct Conns {
    blocks: Vec<Vec<Conn>>,
    /// Tells a conversation from others that had the same index, and its turn in the queues from earlier ones. Apart, for
    /// most entries of the queues have moved on: to know that takes no look at the conversation.
    stamps: Vec<u32>,
    free: Vec<u32>,
}

impl Conns {
    /// Adds one; gives its index.
    pub(super) fn add(&mut self, conn: Conn) -> usize {
        if let Some(index) = self.free.pop()
            && let Some(place) = self.get_mut(index as usize)
        {
            *place = conn;
            return index as usize;
        }
        if self.stamps.len().is_multiple_of(BLOCK) {
            self.blocks.push(Vec::with_capacity(BLOCK));
        }
        if let Some(block) = self.blocks.last_mut() {
            block.push(conn);
        }
        self.stamps.push(0);
        self.stamps.len() - 1
    }

    /// The place of this one may be used again.
    pub(super) fn free(&mut self, index: usize) {
        self.renew(index);
        self.free.push(index as u32);
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&Conn> {
        self.blocks.get(index / BLOCK)?.get(index % BLOCK)
    }

    #[inline]
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Conn> {
        self.blocks.get_mut(index / BLOCK)?.get_mut(index % BLOCK)
    }

    /// Whether an entry of the queues still stands for the conversation at `index`.
    pub(super) fn is(&self, index: usize, stamp: u32) -> bool {
        self.stamps.get(index) == Some(&stamp)
    }

    /// Earlier entries of the queues have moved on; gives the stamp of the next one.
    pub(super) fn renew(&mut self, index: usize) -> u32 {
        let Some(stamp) = self.stamps.get_mut(index) else { return 0 };
        *stamp = stamp.wrapping_add(1);
        *stamp
    }
}
