//! Fingerprints of episodes: what a hundred thousand of them are looked up by.

use crate::finding::{Episode, Key, Party};
use foldhash::quality::RandomState;
use std::hash::BuildHasher;

/// What makes attempts one episode (id, client, server, key), hashed to 128 bits with two secret seeds: even a million
/// episodes have no two equal prints, and nobody can make such.
pub(super) type Print = u128;

/// Makes prints, of one kind a run.
#[derive(Default)]
pub(super) struct Prints {
    high: RandomState,
    low: RandomState,
}

impl Prints {
    /// The print of an episode.
    pub(super) fn of(&self, episode: &Episode<'_>) -> Print {
        self.made_of(episode.id, episode.client, episode.server, &episode.key)
    }

    /// The print of an episode with these parts.
    pub(super) fn made_of(
        &self,
        id: &'static str,
        client: Option<Party>,
        server: Option<Party>,
        key: &Key,
    ) -> Print {
        let parts = (id, client, server, key);
        u128::from(self.high.hash_one(parts)) << 64 | u128::from(self.low.hash_one(parts))
    }
}
