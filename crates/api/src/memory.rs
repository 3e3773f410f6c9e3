//! What the C library does with memory that is no longer used.
//!
//! GNU's keeps large pieces for later, and more of them the larger they get: a hub that sends large
//! frames makes a device hold several times what it ever needs at once.

/// Has large pieces go back to the system as soon as they are free. To be called before there are
/// threads.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub fn give_memory_back() {
    /// The largest frame is as large, and what it is read into is larger.
    const LARGE_BYTES: libc::c_int = 1024 * 1024;

    #[expect(unsafe_code, reason = "the C library is told by a call of its own")]
    // SAFETY: it takes two numbers; whoever calls this says that no other thread is about.
    unsafe {
        // One that does not know this goes on as before.
        libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE_BYTES);
    }
}

/// Has large pieces go back to the system, which other systems do by themselves.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub fn give_memory_back() {}
