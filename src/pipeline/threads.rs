//! How many threads read a capture, and from when on.

/// The threads of a run. What is found depends on none of these numbers.
#[derive(Clone, Copy, Debug)]
pub struct Threads {
    /// How many.
    pub jobs: usize,
    /// Captured bytes that one thread works before it calls the others: for less it is not worth it.
    pub alone_bytes: u64,
    /// Bytes of a capture that a thread takes at a time.
    pub block_bytes: u64,
}

impl Threads {
    /// So many, at least one.
    pub fn new(jobs: usize) -> Self {
        Self { jobs: jobs.max(1), alone_bytes: 4 << 20, block_bytes: 512 << 10 }
    }

    /// From which captured byte on the others are called.
    pub(super) fn begin(&self) -> u64 {
        if self.jobs > 1 { self.alone_bytes } else { u64::MAX }
    }

    /// The same after they came as far as `worked` bytes, and `bytes` were captured so far: in a capture whose blocks are
    /// of many kinds they are called ever more seldom.
    pub(super) fn again(&self, bytes: u64, worked: u64) -> u64 {
        let pays = worked >= 8 * self.alone_bytes;
        bytes + if pays { self.alone_bytes } else { bytes.max(self.alone_bytes) }
    }
}
