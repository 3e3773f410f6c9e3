//! The calls below the standard library: limits, and ending a group. All unsafe code for these
//! systems is here; it decides nothing.

#![expect(
    unsafe_code,
    reason = "limits and signals to a group have no safe form in the standard library"
)]

use std::{io, os::unix::process::CommandExt as _, process::Command};

/// Processes of the person, all together.
const PROCESSES: libc::rlim_t = 2048;

/// Limits what the command's program may use. There is no way here to limit it together with what
/// it starts.
pub(super) fn limit(command: &mut Command) {
    // SAFETY: the closure makes system calls on memory of its own stack, and neither allocates nor
    // locks.
    unsafe {
        command.pre_exec(|| {
            for (resource, most) in [(libc::RLIMIT_CORE, 0), (libc::RLIMIT_NPROC, PROCESSES)] {
                let mut limit = libc::rlimit {
                    rlim_cur: 0,
                    rlim_max: 0,
                };
                if libc::getrlimit(resource, &raw mut limit) < 0 {
                    return Err(io::Error::last_os_error());
                }
                limit.rlim_max = limit.rlim_max.min(most);
                limit.rlim_cur = limit.rlim_cur.min(limit.rlim_max);
                if libc::setrlimit(resource, &raw const limit) < 0 {
                    return Err(io::Error::last_os_error());
                }
            }
            Ok(())
        });
    }
}

/// Ends every process of the group that this process leads.
pub(super) fn end_group(leader: u32) {
    let Ok(leader) = libc::pid_t::try_from(leader) else {
        return;
    };
    // Zero and one would be more than a group.
    if leader > 1 {
        // SAFETY: takes two numbers; the caller has not waited for the leader.
        unsafe {
            libc::killpg(leader, libc::SIGKILL);
        }
    }
}
