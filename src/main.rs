//! The program: everything is in the library.

/// A handshake makes dozens of small pieces: the system's allocator took a fifth of the time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    finwhale::cli::main()
}
