//! Binds threads to cores: left alone, two of them often share one while another idles.

/// Keeps the calling thread on one core until it is dropped.
pub(super) struct Pin {
    #[cfg(target_os = "linux")]
    before: Option<rustix::thread::CpuSet>,
}

#[cfg(target_os = "linux")]
impl Pin {
    /// Binds the calling thread, which is number `me` of so many, to a core of its own. Only where they are as many as
    /// the process has cores: with fewer of them, several programs would meet on the same ones.
    pub(super) fn new(me: usize, threads: usize) -> Self {
        use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
        let allowed = sched_getaffinity(None).ok();
        let before = allowed.filter(|allowed| {
            let mut cores = (0..CpuSet::MAX_CPU).filter(|core| allowed.is_set(*core));
            let mut own = CpuSet::new();
            allowed.count() as usize == threads
                && cores.nth(me).is_some_and(|core| {
                    own.set(core);
                    sched_setaffinity(None, &own).is_ok()
                })
        });
        Self { before }
    }
}

#[cfg(target_os = "linux")]
impl Drop for Pin {
    fn drop(&mut self) {
        if let Some(before) = &self.before {
            // Where it is refused, the thread stays where it is.
            let _ = rustix::thread::sched_setaffinity(None, before);
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Pin {
    /// Other systems are left to their own ways.
    pub(super) fn new(_: usize, _: usize) -> Self {
        Self {}
    }
}
