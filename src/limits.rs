//! Every bound of the program, in one struct, derived from the memory budget.

/// The bounds that hold for one run. Totals, not per-flow figures: per-flow limits multiply and bound nothing.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Conversations that are tracked at one time (hot line, cold part, a place in the queues: about 1 KiB each).
    pub flows: usize,
    /// Bytes of early segments, unread tails and analyzers, over all flows.
    pub stream_bytes: usize,
    /// Bytes of early segments that one direction of one flow may hold before the hole is given up.
    pub reorder_bytes_max: usize,
    /// The longest message an analyzer puts together (a TLS handshake message, for instance).
    pub message_bytes_max: usize,
    /// Bytes of failure facts that are kept for the rules, with the certificates that facts refer to.
    pub fact_bytes: usize,
    /// Findings that rules may make; the memory for them is that of the conversations, which are over by then.
    pub findings: usize,
    /// Hosts that are told apart, and names in the blocks of a pcapng.
    pub aggregates: usize,
    /// Bytes of all tables of healthy aggregates together (servers, client-server pairs, names, tickets, clocks).
    pub aggregate_bytes: usize,
    /// Distinct certificates and chains kept parsed, in bytes of DER.
    pub certificate_bytes: usize,
    /// Bytes of IP fragments that wait for the rest of their packet.
    pub fragment_bytes: usize,
    /// The largest record a capture may hold; beyond it the length is absurd.
    pub record_bytes_max: usize,
}

/// Shards: enough to keep eight threads busy to the end of each round.
const SHARDS_MAX: usize = 64;
/// Hosts that a shard may keep, in even shares.
const HOSTS_SHARE: usize = 4;

/// What the program takes before it keeps anything, and what the allocator cannot give back.
const BASE: usize = 40 << 20;

/// The default of `--memory`: 1 GiB.
pub const MEMORY_DEFAULT: u64 = 1 << 30;

/// A budget up to which nothing is left over.
const SMALL: usize = 128 << 20;

impl Limits {
    /// Shares out `memory` bytes.
    pub fn new(memory: u64) -> Self {
        let memory = usize::try_from(memory).unwrap_or(usize::MAX).max(16 << 20);
        let kept = memory.saturating_sub(BASE).max(memory / 4);
        // The shares leave something over; small budgets need it for what the allocator cannot give back.
        let spare = memory.saturating_sub(SMALL);
        Self {
            flows: (memory / 4 + spare / 16) / 1024,
            stream_bytes: memory / 8 + spare / 16,
            reorder_bytes_max: 1 << 20,
            message_bytes_max: 256 << 10,
            fact_bytes: kept / 4,
            findings: kept / 8 / 1024,
            aggregates: memory / 8 / 512,
            aggregate_bytes: kept / 8 + spare / 16,
            certificate_bytes: kept / 32,
            fragment_bytes: kept / 32,
            record_bytes_max: 64 << 20,
        }
    }

    /// In how many shards conversations are kept, a power of two: as many as leave each of them room for a few large
    /// messages. It depends on the memory alone, so that what is dropped does not depend on the number of threads.
    pub fn shards(&self) -> usize {
        let room = self.stream_bytes / (2 * self.reorder_bytes_max).max(1);
        1 << room.clamp(1, SHARDS_MAX).ilog2()
    }

    /// The part of one shard in what conversations keep.
    pub fn share(&self) -> Self {
        let shards = self.shards();
        Self {
            flows: (self.flows / shards).max(1),
            stream_bytes: self.stream_bytes / shards,
            // A host stands in each shard that has a conversation of it.
            aggregates: (self.aggregates / shards * HOSTS_SHARE).min(self.aggregates),
            ..*self
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self::new(MEMORY_DEFAULT)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_shard_has_room_for_large_messages_whatever_the_memory() {
        for (memory, shards) in
            [(0, 1), (64 << 20, 4), (128 << 20, 8), (1 << 30, 64), (1 << 40, 64)]
        {
            let limits = Limits::new(memory);
            assert_eq!(limits.shards(), shards);
            assert!(limits.share().stream_bytes >= 2 * limits.reorder_bytes_max);
            assert!(limits.share().flows * shards <= limits.flows);
        }
    }
}
