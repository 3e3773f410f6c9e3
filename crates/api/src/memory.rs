//! What is done with memory that is no longer used.
//!
//! GNU's C library keeps what was freed for later: a hub whose ten thousand devices have gone holds
//! as much as before, and a device to which large frames were sent several times what it ever needs
//! at once. The allocator here gives back what was not needed for some seconds, and is quicker where
//! one thread frees what another took. Other systems' own do so, too.
//!
//! And most of what a program runs it runs once, when it starts: for a program that waits for days,
//! that is most of the memory it is seen to hold.

use std::time::Duration;

use tokio::time::{self, MissedTickBehavior};

/// For every program that this crate is part of.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// How often code that was not needed since is let go of.
const EVERY: Duration = Duration::from_mins(2);

/// Lets go of the program's code now and then: what is needed comes back from the system's cache
/// of files, without a disk being asked, and the rest is the system's to keep or to use otherwise.
pub(crate) async fn let_code_go() {
    let mut clock = time::interval_at(time::Instant::now() + EVERY, EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        code::let_go();
    }
}

#[cfg(target_os = "linux")]
mod code {
    use std::{fs, ops::Range};

    /// The program's own alone: a library may be unloaded meanwhile, and some write into theirs.
    /// Whoever cannot read how their own memory is laid out goes on as before.
    pub(super) fn let_go() {
        let program = fs::read_link("/proc/self/exe");
        let (Ok(program), Ok(maps)) = (program, fs::read_to_string("/proc/self/maps")) else {
            return;
        };
        let Some(program) = program.to_str() else {
            return;
        };
        for Range { start, end } in maps.lines().filter_map(|line| code_of(program, line)) {
            let place = std::ptr::with_exposed_provenance_mut(start);
            #[expect(
                unsafe_code,
                reason = "the system is told about memory by a call of its own"
            )]
            // SAFETY: the pages are the program's file, which is mapped for as long as it runs and
            // has no place that is written to when it is loaded, so whoever looks there next, even
            // now, reads the same again.
            unsafe {
                libc::madvise(place, end - start, libc::MADV_DONTNEED);
            }
        }
    }

    /// The place of a mapping that is run and never written. What may be written looks otherwise:
    /// letting go of that would undo what was written.
    pub(super) fn code_of(program: &str, line: &str) -> Option<Range<usize>> {
        let mut words = line.split_ascii_whitespace();
        let (place, may) = (words.next()?, words.next()?);
        // A path may have spaces in it.
        let (_, file) = line.split_once('/')?;
        if may != "r-xp" || Some(file) != program.strip_prefix('/') {
            return None;
        }
        let (start, end) = place.split_once('-')?;
        let number = |text| usize::from_str_radix(text, 16).ok();
        let place = number(start)?..number(end)?;
        (!place.is_empty()).then_some(place)
    }
}

/// Elsewhere the system does that by itself.
#[cfg(not(target_os = "linux"))]
mod code {
    pub(super) fn let_go() {}
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
    };

    use super::code::{code_of, let_go};

    #[test]
    fn only_the_programs_own_code_is_let_go_of() {
        let program = "/usr/bin/chaperone";
        let code = "55d0c0a00000-55d0c0b00000 r-xp 00100000 fd:00 1234  /usr/bin/chaperone";
        assert_eq!(
            code_of(program, code),
            Some(0x55d0_c0a0_0000..0x55d0_c0b0_0000)
        );
        for other in [
            "55d0c0a00000-55d0c0b00000 r-xp 00100000 fd:00 1234  /usr/lib/libpatched.so",
            "55d0c0b00000-55d0c0c00000 r--p 00200000 fd:00 1234  /usr/bin/chaperone",
            "55d0c0c00000-55d0c0d00000 rw-p 00300000 fd:00 1234  /usr/bin/chaperone",
            "55d0c0c00000-55d0c0d00000 rwxp 00300000 fd:00 1234  /usr/bin/chaperone",
            "7ffd1b1d9000-7ffd1b1db000 r-xp 00000000 00:00 0     [vdso]",
            "7f2a5c000000-7f2a5c021000 r-xp 00000000 00:00 0",
            "7f2a5c021000-7f2a5c021000 r-xp 00000000 fd:00 12    /usr/bin/chaperone",
            "nonsense",
            "",
        ] {
            assert_eq!(code_of(program, other), None, "{other}");
        }
        let spaced = "1000-2000 r-xp 00100000 fd:00 1234  /opt/My Apps/chaperone (deleted)";
        let program = "/opt/My Apps/chaperone (deleted)";
        assert_eq!(code_of(program, spaced), Some(0x1000..0x2000));
    }

    /// What is written stays, and what runs goes on.
    #[test]
    fn nothing_is_lost_while_others_run() {
        static WRITTEN: AtomicU64 = AtomicU64::new(7);

        let count = || {
            let text: String = (0..2_000).map(|number| number.to_string()).collect();
            WRITTEN.fetch_add(1, Ordering::Relaxed);
            text.bytes().map(u64::from).sum::<u64>()
        };
        let expected = count();
        thread::scope(|scope| {
            let others = [(); 2].map(|()| scope.spawn(|| (0..50).all(|_| count() == expected)));
            for _ in 0..50 {
                let_go();
            }
            assert!(others.into_iter().all(|other| other.join().unwrap()));
        });
        assert_eq!(WRITTEN.load(Ordering::Relaxed), 7 + 1 + 100);
    }
}
