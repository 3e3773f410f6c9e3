//! The threads of a process that is a hub and nothing else.

use std::{io, thread};

use tokio::runtime::{Builder, Runtime};

/// One thread for each core, but for the one that the books' writer keeps busy: with more, each
/// command wakes several of them for next to nothing.
pub fn runtime() -> io::Result<Runtime> {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Builder::new_multi_thread()
        .worker_threads(cores.saturating_sub(1).max(1))
        .enable_all()
        .build()
}
