//! The leader of a command's process group: what ends the group, whatever becomes of this process.

use std::{
    io::{self, PipeReader, PipeWriter},
    os::fd::{AsRawFd as _, RawFd},
    ptr,
    sync::atomic::{AtomicBool, Ordering},
};

/// A process that does nothing but lead a process group and end it when this process ends, however
/// that happens. Programs started into its group can not leave it. It also keeps the group's number
/// from being given to anybody else while the group may still have to be ended.
#[derive(Debug)]
pub(in super::super) struct Warden {
    pid: libc::pid_t,
    /// The warden reads the other end; it sees the end of file when this process is gone.
    _lifeline: PipeWriter,
    /// Whether it was waited for, and its number may be somebody else's.
    gone: AtomicBool,
}

impl Warden {
    pub(in super::super) fn start() -> io::Result<Self> {
        let (reader, lifeline) = io::pipe()?;
        // SAFETY: the child calls `watch`, which makes system calls only and never returns.
        let pid = unsafe { libc::fork() };
        match pid {
            ..0 => Err(io::Error::last_os_error()),
            0 => watch(reader.as_raw_fd()),
            pid => {
                drop::<PipeReader>(reader);
                // The child does the same; whoever comes first, nobody joins the group before it
                // is there. Failing means that the child was first, or is gone.
                // SAFETY: takes two numbers.
                unsafe {
                    libc::setpgid(pid, pid);
                }
                Ok(Self {
                    pid,
                    _lifeline: lifeline,
                    gone: AtomicBool::new(false),
                })
            }
        }
    }

    /// The group's number.
    pub(super) fn pid(&self) -> libc::pid_t {
        self.pid
    }

    /// Ends every process of the group, at once and together: a process that forks meanwhile has
    /// either forked before, and its child is in the group, or does not get to.
    pub(in super::super) fn kill(&self) {
        if self.gone.load(Ordering::Acquire) {
            return;
        }
        // SAFETY: takes two numbers. The warden was not waited for yet, so its number is its own.
        unsafe {
            libc::killpg(self.pid, libc::SIGKILL);
        }
    }
}

impl Warden {
    /// Ends the group, and the warden with it.
    pub(in super::super) fn bury(&self) {
        self.kill();
        if self.gone.swap(true, Ordering::AcqRel) {
            return;
        }
        // SAFETY: the pid is our child's, waited for only here; a null status is allowed. It was
        // killed and holds nothing that could keep it, so this does not block.
        unsafe {
            while libc::waitpid(self.pid, ptr::null_mut(), 0) < 0
                && *libc::__errno_location() == libc::EINTR
            {}
        }
    }

    /// Whether nobody is left of the group. Only once the warden is buried: until then it is one.
    pub(in super::super) fn is_deserted(&self) -> bool {
        // SAFETY: takes two numbers, and sends nothing.
        let found = unsafe { libc::killpg(self.pid, 0) };
        found < 0
    }
}

impl Drop for Warden {
    fn drop(&mut self) {
        self.bury();
    }
}

/// The warden's whole life.
fn watch(lifeline: RawFd) -> ! {
    let lifeline = lifeline.cast_unsigned();
    // SAFETY: system calls on numbers and on memory of this stack. Signals are blocked first, so
    // that no handler of the parent runs here. All files are closed but the pipe's end; none is
    // used afterwards, since destructors do not run.
    unsafe {
        let mut all = std::mem::MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::sigprocmask(libc::SIG_SETMASK, all.as_ptr(), ptr::null_mut());
        libc::setpgid(0, 0);
        if lifeline > 0 {
            libc::syscall(libc::SYS_close_range, 0_u32, lifeline - 1, 0_u32);
        }
        libc::syscall(libc::SYS_close_range, lifeline + 1, u32::MAX, 0_u32);
        let mut byte = 0_u8;
        while libc::read(lifeline.cast_signed(), (&raw mut byte).cast(), 1) > 0 {}
        libc::kill(0, libc::SIGKILL);
        libc::_exit(0)
    }
}
