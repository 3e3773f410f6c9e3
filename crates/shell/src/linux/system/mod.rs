//! The calls below the standard library: putting the sandbox on in a child, the warden of a process
//! group, the reaper of what is not contained, and ending them. All unsafe code for Linux is here;
//! it decides nothing.
//!
//! Between a fork and an exec only this thread exists in the child, and any lock may be held for
//! ever. So what runs there ([`Entry::enter`], `watch`, `hold`) makes system calls on what was
//! prepared before the fork, and neither allocates nor frees nor locks.

#![expect(
    unsafe_code,
    reason = "fork, the sandbox's system calls and signals to a group have no safe form in the standard library"
)]

mod reaper;
mod warden;

use std::{
    fs::File,
    io,
    os::{
        fd::{AsRawFd as _, FromRawFd as _, OwnedFd},
        unix::process::CommandExt as _,
    },
    process::Command,
    ptr,
    sync::Arc,
};

use super::{calls::Filters, limits::Limit, ruleset::Version};
pub(super) use warden::Warden;

/// What a child carries out of here when the sandbox could not be put on. All that passes from it
/// to the parent is one number, and this is none that an exec could fail with.
pub(super) const NOT_ENTERED: libc::c_int = libc::EOWNERDEAD;
/// The same when the sandbox was put on and does not hold.
pub(super) const NOT_HELD: libc::c_int = libc::ENOTRECOVERABLE;

/// Asks the kernel for its Landlock; 0 means it has none, or none switched on.
pub(super) fn landlock_version() -> Version {
    // From the kernel's header, which the C library's bindings leave out.
    const LANDLOCK_CREATE_RULESET_VERSION: libc::c_ulong = 1;
    // SAFETY: with this flag the call takes no memory of ours and only answers a number.
    let version = unsafe {
        libc::syscall(
            libc::SYS_landlock_create_ruleset,
            ptr::null::<libc::c_void>(),
            0_usize,
            LANDLOCK_CREATE_RULESET_VERSION,
        )
    };
    Version(i32::try_from(version.max(0)).unwrap_or(i32::MAX))
}

/// An empty file that is in no folder, and gone with its last handle.
pub(super) fn memory_file() -> io::Result<File> {
    // SAFETY: the name is a text that ends in nothing and outlives the call.
    let handle = unsafe { libc::memfd_create(c"handed over".as_ptr(), libc::MFD_CLOEXEC) };
    if handle < 0 {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the kernel has just given this number to us alone.
    Ok(unsafe { File::from_raw_fd(handle) })
}

/// The user this process runs as.
pub(super) fn user() -> u32 {
    // SAFETY: takes nothing and can not fail.
    unsafe { libc::geteuid() }
}

/// What every child of a command does before it becomes the program, whatever contains it.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) folder: OwnedFd,
    pub(super) limits: Vec<Limit>,
    /// Control groups' files, to write itself into.
    pub(super) groups: Vec<OwnedFd>,
}

/// What a child puts on itself where Landlock contains it.
#[derive(Debug)]
pub(super) struct Sandbox {
    pub(super) files: OwnedFd,
    pub(super) calls: Filters,
}

/// The rest of the way to the program.
#[derive(Debug)]
pub(super) enum Way {
    /// The child contains itself.
    Landlock(Arc<Sandbox>),
    /// The child becomes a program that contains the command's, and gets these files for it.
    Bubblewrap(Vec<OwnedFd>),
    /// The child is not contained, and is held together with its descendants by a reaper, which
    /// ends them when there is something to read here.
    Unconfined(Arc<OwnedFd>),
}

/// Lets the command start as a member of the warden's group and this way, or not at all.
pub(super) fn prepare(command: &mut Command, entry: Arc<Entry>, way: Way, warden: &Warden) {
    command.process_group(warden.pid());
    let parent = std::process::id().cast_signed();
    // SAFETY: `enter` makes system calls only; see there. What it uses is shared with the parent or
    // owned by the closure, and not dropped in the child, which execs or exits without running
    // destructors.
    unsafe {
        command.pre_exec(move || entry.enter(&way, parent));
    }
}

impl Entry {
    /// Runs in the child, between fork and exec.
    fn enter(&self, way: &Way, parent: libc::pid_t) -> io::Result<()> {
        // SAFETY: each call takes numbers and pointers to memory that outlives it, prepared before
        // the fork or on this stack; none allocates or locks.
        unsafe {
            // The program dies with the thread that started it, which lives as long as this
            // process. If that is gone by now, the signal was missed.
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            if libc::getppid() != parent {
                return Err(io::Error::from_raw_os_error(NOT_ENTERED));
            }
            check(libc::fchdir(self.folder.as_raw_fd()))?;
            // Libraries of the host may have left files and sockets open to children.
            check(libc::syscall(
                libc::SYS_close_range,
                3_u32,
                u32::MAX,
                libc::CLOSE_RANGE_CLOEXEC,
            ))?;
            for group in &self.groups {
                // An additional bound; where it can not be had, the others hold.
                libc::write(group.as_raw_fd(), c"0".as_ptr().cast(), 1);
            }
            match way {
                Way::Landlock(sandbox) => {
                    first_to_go();
                    self.limit()?;
                    sandbox.put_on()
                }
                Way::Bubblewrap(inherited) => {
                    first_to_go();
                    for file in inherited {
                        check(libc::fcntl(file.as_raw_fd(), libc::F_SETFD, 0))?;
                    }
                    self.limit()
                }
                Way::Unconfined(stop) => {
                    reaper::hold(stop.as_raw_fd())?;
                    self.limit()
                }
            }
        }
    }

    unsafe fn limit(&self) -> io::Result<()> {
        for (resource, most) in &self.limits {
            // SAFETY: takes numbers.
            unsafe { lower(*resource, *most)? };
        }
        Ok(())
    }
}

impl Sandbox {
    unsafe fn put_on(&self) -> io::Result<()> {
        // SAFETY: as in `enter`, which is the only caller.
        unsafe {
            check(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))?;
            drop_capabilities()?;
            check(libc::syscall(
                libc::SYS_landlock_restrict_self,
                self.files.as_raw_fd(),
                0_u32,
            ))?;
            for filter in [&self.calls.allowed, &self.calls.refused] {
                let program = libc::sock_fprog {
                    len: u16::try_from(filter.len()).unwrap_or(u16::MAX),
                    // The kernel only reads it; the type has no word for that.
                    filter: filter.as_ptr().cast::<libc::sock_filter>().cast_mut(),
                };
                check(libc::syscall(
                    libc::SYS_seccomp,
                    libc::SECCOMP_SET_MODE_FILTER,
                    0_u32,
                    &raw const program,
                ))?;
            }
            // Nothing becomes the program before it was seen that the sandbox holds.
            let socket = libc::socket(libc::AF_UNIX, libc::SOCK_STREAM, 0);
            let written = libc::open(c"/dev".as_ptr(), libc::O_TMPFILE | libc::O_WRONLY, 0o600);
            if socket >= 0 || written >= 0 {
                return Err(io::Error::from_raw_os_error(NOT_HELD));
            }
        }
        Ok(())
    }
}

/// Success, or the number for a sandbox that could not be put on.
fn check(result: impl Into<libc::c_long>) -> io::Result<()> {
    if result.into() < 0 {
        return Err(io::Error::from_raw_os_error(NOT_ENTERED));
    }
    Ok(())
}

/// When memory runs out, the kernel takes contained programs before the person's. A courtesy: where
/// it can not be had, the program runs all the same.
unsafe fn first_to_go() {
    const SCORE: &[u8] = b"800";
    // SAFETY: the paths and bytes are constants.
    unsafe {
        let file = libc::open(
            c"/proc/self/oom_score_adj".as_ptr(),
            libc::O_WRONLY | libc::O_CLOEXEC,
        );
        if file >= 0 {
            libc::write(file, SCORE.as_ptr().cast(), SCORE.len());
            libc::close(file);
        }
    }
}

/// Sets a limit, or leaves a stricter one that is there already.
unsafe fn lower(resource: super::limits::Resource, most: libc::rlim_t) -> io::Result<()> {
    let mut limit = libc::rlimit {
        rlim_cur: 0,
        rlim_max: 0,
    };
    // SAFETY: the struct lives on this stack for both calls.
    unsafe {
        check(libc::getrlimit(resource, &raw mut limit))?;
        limit.rlim_max = limit.rlim_max.min(most);
        limit.rlim_cur = limit.rlim_cur.min(limit.rlim_max);
        check(libc::setrlimit(resource, &raw const limit))
    }
}

/// Root without capabilities is only the owner of its files. The bounding set goes first, so that
/// the exec does not hand them out again.
unsafe fn drop_capabilities() -> io::Result<()> {
    #[repr(C)]
    struct Header {
        version: u32,
        pid: libc::c_int,
    }
    #[repr(C)]
    #[derive(Clone, Copy)]
    struct Sets {
        effective: u32,
        permitted: u32,
        inheritable: u32,
    }
    // Of the kernel's capability interface: 64 bits, in two halves.
    const VERSION_3: u32 = 0x2008_0522;
    let header = Header {
        version: VERSION_3,
        pid: 0,
    };
    let none = [Sets {
        effective: 0,
        permitted: 0,
        inheritable: 0,
    }; 2];
    // SAFETY: both structs are laid out as the kernel wants them and live on this stack.
    unsafe {
        for capability in 0..64_u64 {
            // Fails for numbers the kernel has no capability for, and without the right to do it:
            // then there are none to lose, and none to gain back.
            libc::prctl(libc::PR_CAPBSET_DROP, capability, 0, 0, 0);
        }
        libc::prctl(
            libc::PR_CAP_AMBIENT,
            libc::PR_CAP_AMBIENT_CLEAR_ALL,
            0,
            0,
            0,
        );
        check(libc::syscall(
            libc::SYS_capset,
            &raw const header,
            none.as_ptr(),
        ))
    }
}

/// Ends one process.
pub(super) fn kill(pid: libc::pid_t) {
    // Zero and less would be groups.
    if pid > 1 {
        // SAFETY: takes two numbers.
        unsafe {
            libc::kill(pid, libc::SIGKILL);
        }
    }
}
