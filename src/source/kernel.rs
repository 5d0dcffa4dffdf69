//! What the kernel is told of an input. All of it is advice: where it is not taken, reading goes on as before.

/// A file will be read from its beginning to its end: the kernel reads further ahead, so that the disk works while we do.
///
/// Measured on a cold file, asking for stretches ahead (`WILLNEED`) was slower than this: each call waits for
/// room in the disk's queue.
#[cfg(target_os = "linux")]
pub(super) fn read_ahead(file: impl std::os::fd::AsFd) {
    let _ = rustix::fs::fadvise(file, 0, None, rustix::fs::Advice::Sequential);
}

/// A pipe may hold as much as an unprivileged user may ask for: who writes and who reads wake each other less often.
#[cfg(target_os = "linux")]
pub(super) fn widen(pipe: impl std::os::fd::AsFd) {
    const PIPE_BYTES: usize = 1 << 20;
    let held = rustix::pipe::fcntl_getpipe_size(&pipe).unwrap_or(PIPE_BYTES);
    if held < PIPE_BYTES {
        let _ = rustix::pipe::fcntl_setpipe_size(&pipe, PIPE_BYTES);
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn read_ahead<T>(_: T) {}

#[cfg(not(target_os = "linux"))]
pub(super) fn widen<T>(_: T) {}
