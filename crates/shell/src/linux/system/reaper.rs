//! What holds a program together that is not contained, and so may leave its process group.
//!
//! The child forks once more. Its own child becomes the program; the child itself stays as the
//! reaper: to it the kernel gives every descendant whose parent is gone, however often it forked
//! and whatever sessions it made. It reports the program's exit as its own, and before that ends
//! all that is left. What took another user's rights can not be ended by us, nor by anybody but them.

use std::{io, mem::MaybeUninit, os::fd::RawFd, ptr};

use super::check;

/// How often the reaper looks for the dead, and for a word to stop. The word itself wakes it.
const LOOK_MILLISECONDS: libc::c_int = 100;
/// How often it tries to end what is left, five milliseconds apart.
const TRIES: u32 = 100;

/// Returns in the program-to-be; the caller's process stays behind as its reaper.
///
/// # Safety
///
/// Only between fork and exec, in a process with one thread.
pub(super) unsafe fn hold(stop: RawFd) -> io::Result<()> {
    // SAFETY: system calls on numbers. The raw clone runs none of the C library's handlers, which
    // might take locks; its child makes system calls until it execs.
    unsafe {
        check(libc::prctl(libc::PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))?;
        let reaper = libc::getpid();
        let pid = libc::syscall(libc::SYS_clone, libc::SIGCHLD, 0, 0, 0, 0);
        check(pid)?;
        if pid == 0 {
            check(libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL))?;
            if libc::getppid() != reaper {
                libc::_exit(127);
            }
            return Ok(());
        }
        reap(libc::pid_t::try_from(pid).unwrap_or(-1), stop)
    }
}

/// The reaper's whole life.
unsafe fn reap(program: libc::pid_t, stop: RawFd) -> ! {
    // SAFETY: system calls on numbers and on memory of this stack; all files but one are closed and
    // none of them is used afterwards, since destructors do not run.
    unsafe {
        let mut all = MaybeUninit::<libc::sigset_t>::uninit();
        libc::sigfillset(all.as_mut_ptr());
        libc::sigprocmask(libc::SIG_SETMASK, all.as_ptr(), ptr::null_mut());
        // Out of the group, whose end it must survive to end the rest. And it does not die with
        // the thread that started it: the pipe tells it what becomes of that.
        libc::setpgid(0, 0);
        libc::prctl(libc::PR_SET_PDEATHSIG, 0);
        let first = stop.cast_unsigned();
        if first > 0 {
            libc::syscall(libc::SYS_close_range, 0_u32, first - 1, 0_u32);
        }
        libc::syscall(libc::SYS_close_range, first + 1, u32::MAX, 0_u32);

        let exit = libc::syscall(libc::SYS_pidfd_open, program, 0_u32);
        let exit = libc::c_int::try_from(exit).unwrap_or(-1);
        let mut code = None;
        while code.is_none() {
            // A handle that could not be had is below zero, and is passed over.
            let mut watched = [stop, exit].map(|fd| libc::pollfd {
                fd,
                events: libc::POLLIN,
                revents: 0,
            });
            libc::poll(watched.as_mut_ptr(), 2, LOOK_MILLISECONDS);
            bury(program, &mut code);
            if watched.iter().take(1).any(|stop| stop.revents != 0) {
                break;
            }
        }
        for _ in 0..TRIES {
            kill_children();
            if bury(program, &mut code) {
                break;
            }
            libc::poll(ptr::null_mut(), 0, 5);
        }
        libc::_exit(code.unwrap_or(128 + libc::SIGKILL))
    }
}

/// Waits for all who are dead; says whether nobody is left.
unsafe fn bury(program: libc::pid_t, code: &mut Option<libc::c_int>) -> bool {
    loop {
        let mut status = 0;
        // SAFETY: the status lives on this stack.
        let pid = unsafe { libc::waitpid(-1, &raw mut status, libc::WNOHANG | libc::__WALL) };
        match pid {
            0 => return false,
            ..0 => return true,
            pid if pid == program => {
                *code = Some(if libc::WIFSIGNALED(status) {
                    128 + libc::WTERMSIG(status)
                } else {
                    libc::WEXITSTATUS(status)
                });
            }
            _ => {}
        }
    }
}

/// Ends every child there is now; their children then become ours.
unsafe fn kill_children() {
    let mut text = [0_u8; 4096];
    // SAFETY: the path is a constant, and no more is read than there is room for.
    let count = unsafe {
        let file = libc::open(
            c"/proc/thread-self/children".as_ptr(),
            libc::O_RDONLY | libc::O_CLOEXEC,
        );
        if file < 0 {
            return;
        }
        let count = libc::read(file, text.as_mut_ptr().cast(), text.len());
        libc::close(file);
        usize::try_from(count).unwrap_or(0)
    };
    let mut pid: libc::pid_t = 0;
    // A number that the end of the room cuts off is not used: it would be another's.
    for byte in text.iter().take(count) {
        if byte.is_ascii_digit() {
            pid = pid
                .saturating_mul(10)
                .saturating_add(libc::pid_t::from(byte - b'0'));
            continue;
        }
        if pid > 1 {
            // SAFETY: takes two numbers; the child was not waited for, so it is still ours.
            unsafe { libc::kill(pid, libc::SIGKILL) };
        }
        pid = 0;
    }
}
