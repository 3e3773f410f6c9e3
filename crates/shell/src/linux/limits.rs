//! What a program may use of the machine, process by process.

use std::{fs, os::unix::fs::MetadataExt as _};

use crate::Profile;

/// A resource and the most of it.
pub(super) type Limit = (Resource, libc::rlim_t);

/// The C library's own name for the argument's type differs between libraries.
#[cfg(target_env = "gnu")]
pub(super) type Resource = libc::__rlimit_resource_t;
/// The C library's own name for the argument's type differs between libraries.
#[cfg(not(target_env = "gnu"))]
pub(super) type Resource = libc::c_int;

/// Private memory of one process. Address space is not limited: many runtimes reserve far more
/// of it than they ever use.
const MEMORY_BYTES: libc::rlim_t = 2 << 30;
/// Where nothing can be written, files in memory still can.
const FILE_BYTES: libc::rlim_t = 64 << 20;
/// One file, where files can be written.
const WRITTEN_FILE_BYTES: libc::rlim_t = 2 << 30;
const OPEN_FILES: libc::rlim_t = 1024;
/// Processes and threads beyond those the person has already.
const MORE_PROCESSES: libc::rlim_t = 512;

pub(super) fn limits(profile: Profile, user: u32) -> Vec<Limit> {
    let mut limits = vec![(libc::RLIMIT_CORE, 0)];
    if profile != Profile::None {
        let file_bytes = if profile.writes() {
            WRITTEN_FILE_BYTES
        } else {
            FILE_BYTES
        };
        limits.extend([
            (libc::RLIMIT_DATA, MEMORY_BYTES),
            (libc::RLIMIT_FSIZE, file_bytes),
            (libc::RLIMIT_NOFILE, OPEN_FILES),
            (libc::RLIMIT_MSGQUEUE, 0),
            (libc::RLIMIT_MEMLOCK, 64 << 10),
        ]);
    }
    // The kernel counts all of a user's processes together, and does not hold root to the limit:
    // there the time limit ends a flood, which it can, since one signal reaches a whole group.
    if user != 0 {
        limits.push((libc::RLIMIT_NPROC, tasks_of(user) + MORE_PROCESSES));
    }
    limits
}

/// How many processes and threads the user has now.
fn tasks_of(user: u32) -> libc::rlim_t {
    let mut tasks = 0;
    for process in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let its_own = process
            .file_name()
            .to_str()
            .is_some_and(|name| name.bytes().all(|byte| byte.is_ascii_digit()))
            && process
                .metadata()
                .is_ok_and(|metadata| metadata.uid() == user);
        if !its_own {
            continue;
        }
        let status = fs::read_to_string(process.path().join("status")).unwrap_or_default();
        let threads = status
            .lines()
            .find_map(|line| line.strip_prefix("Threads:"))
            .and_then(|count| count.trim().parse().ok());
        tasks += threads.unwrap_or(1);
    }
    tasks
}
