//! What is done with memory that is no longer used.
//!
//! GNU's C library keeps what was freed for later: a hub whose ten thousand devices have gone holds
//! as much as before, and a device to which large frames were sent several times what it ever needs
//! at once. The allocator here gives back what was not needed for some seconds, and is quicker where
//! one thread frees what another took. Other systems' own do so, too.
//!
//! And most of what a program runs it runs once, when it starts or makes a window: for a program that
//! waits for days, that is most of the memory it is seen to hold.

use std::time::Duration;

use tokio::time::{self, Instant, MissedTickBehavior};

/// For every program that this crate is part of.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

/// What a start runs has been run by then.
const STARTED: Duration = Duration::from_secs(10);
/// How often code that was not needed since is let go of.
const EVERY: Duration = Duration::from_mins(2);

/// Lets go of what was used once, soon after the start and now and then from there on.
pub(crate) async fn let_go_now_and_then() {
    let mut clock = time::interval_at(Instant::now() + STARTED, EVERY);
    clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        clock.tick().await;
        let_go();
    }
}

/// Lets go of code, and gives back what libraries in C have freed and keep for later. Code that is
/// needed comes back from the system's cache of files, without a disk being asked; the rest is the
/// system's to keep or to use otherwise.
pub fn let_go() {
    #[cfg(all(target_os = "linux", target_pointer_width = "64"))]
    linux::let_code_go();
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    trim();
}

/// Where code has 64 bits, loaders do not write addresses into it.
#[cfg(all(target_os = "linux", target_pointer_width = "64"))]
mod linux {
    use std::{
        ffi::{CStr, c_int, c_void},
        ops::Range,
        path::Path,
        ptr, slice,
    };

    use libc::{Elf64_Phdr as Part, dl_phdr_info};

    /// The window's libraries, by how their files' names begin: large, run when a window is made, and
    /// known to write nothing into their own code, which some graphics drivers do.
    const LIBRARIES: &[&str] = &[
        "libwebkit2gtk-",
        "libjavascriptcoregtk-",
        "libgtk-3.",
        "libgdk-3.",
        "libicu",
        "libflite",
        "libLLVM",
    ];
    /// No system that this runs on has larger ones.
    const PAGE: usize = 64 * 1024;

    /// The program's own, and that of the libraries above.
    pub(super) fn let_code_go() {
        #[expect(
            unsafe_code,
            reason = "nothing else tells what is loaded, and keeps it"
        )]
        // SAFETY: the function below takes what it is promised to get, and never panics.
        unsafe {
            libc::dl_iterate_phdr(Some(each), ptr::null_mut());
        }
    }

    /// Called with each thing that is loaded; none of them can be unloaded meanwhile.
    #[expect(unsafe_code, reason = "what is loaded is described by raw pointers")]
    extern "C" fn each(thing: *mut dl_phdr_info, _: usize, _: *mut c_void) -> c_int {
        // SAFETY: the loader gives a description that lives until this returns.
        let thing = unsafe { &*thing };
        // SAFETY: a name ends with a zero byte; the program itself has an empty one.
        let name = unsafe { CStr::from_ptr(thing.dlpi_name) };
        if !is_known(name) || thing.dlpi_phdr.is_null() {
            return 0;
        }
        // SAFETY: so many of them are there.
        let parts = unsafe { slice::from_raw_parts(thing.dlpi_phdr, thing.dlpi_phnum.into()) };
        let base = usize::try_from(thing.dlpi_addr).unwrap_or(usize::MAX);
        for Range { start, end } in parts.iter().filter_map(|part| never_written(base, part)) {
            let place = ptr::with_exposed_provenance_mut(start);
            // SAFETY: these pages are a file's, mapped for as long as this runs, and nothing was
            // ever written to them: whoever looks there next, even now, reads the same again.
            unsafe {
                libc::madvise(place, end - start, libc::MADV_DONTNEED);
            }
        }
        0
    }

    /// Without a name it is the program. What is not text is nothing that we know.
    pub(super) fn is_known(path: &CStr) -> bool {
        let Ok(path) = path.to_str() else {
            return false;
        };
        let file = Path::new(path).file_name().and_then(|name| name.to_str());
        path.is_empty()
            || file.is_some_and(|file| LIBRARIES.iter().any(|known| file.starts_with(known)))
    }

    /// The whole pages of a part that is read and run alone. What may be written looks otherwise,
    /// even where only the loader does it: letting go of that would undo what was written.
    pub(super) fn never_written(base: usize, part: &Part) -> Option<Range<usize>> {
        if part.p_type != libc::PT_LOAD || part.p_flags & libc::PF_W != 0 {
            return None;
        }
        let start = base.checked_add(usize::try_from(part.p_vaddr).ok()?)?;
        let end = start.checked_add(usize::try_from(part.p_filesz).ok()?)?;
        let whole = start.checked_next_multiple_of(PAGE)?..end - end % PAGE;
        (!whole.is_empty()).then_some(whole)
    }
}

/// The C library's own allocator, which the window's libraries use, keeps what they free.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
fn trim() {
    #[expect(
        unsafe_code,
        reason = "the allocator has a call for it, and Rust has none"
    )]
    // SAFETY: it locks what it touches, and takes nothing that is in use.
    unsafe {
        libc::malloc_trim(0);
    }
}

#[cfg(all(test, target_os = "linux", target_pointer_width = "64"))]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
    };

    use libc::Elf64_Phdr as Part;

    use super::{
        let_go,
        linux::{is_known, never_written},
    };

    #[test]
    fn the_program_and_the_window_s_libraries_are_known() {
        for known in [
            c"",
            c"/usr/lib/x86_64-linux-gnu/libwebkit2gtk-4.1.so.0",
            c"/opt/My Apps/libgtk-3.so.0",
            c"/usr/lib/libLLVM-15.so.1",
            c"/usr/lib/libLLVM.so.19.1",
        ] {
            assert!(is_known(known), "{known:?}");
        }
        for other in [
            c"linux-vdso.so.1",
            c"/lib/x86_64-linux-gnu/libc.so.6",
            c"/usr/lib/libGLdispatch.so.0",
            c"/home/libwebkit2gtk-4/libother.so",
            c"/usr/lib/\xff",
        ] {
            assert!(!is_known(other), "{other:?}");
        }
    }

    #[test]
    fn only_whole_pages_that_nobody_writes_are_let_go_of() {
        let part = |p_type, p_flags, p_vaddr, p_filesz| Part {
            p_type,
            p_flags,
            p_offset: 0,
            p_vaddr,
            p_paddr: 0,
            p_filesz,
            p_memsz: p_filesz,
            p_align: 0,
        };
        let (read, run, write) = (libc::PF_R, libc::PF_X, libc::PF_W);
        let load = libc::PT_LOAD;
        let code = part(load, read | run, 0x1_0000, 0x2_8000);
        assert_eq!(never_written(0x10_0000, &code), Some(0x11_0000..0x13_0000));
        let data = part(load, read, 0x1_1000, 0x3_0000);
        assert_eq!(never_written(0, &data), Some(0x2_0000..0x4_0000));
        for other in [
            part(load, read | write, 0x1_0000, 0x2_8000),
            part(libc::PT_GNU_RELRO, read, 0x1_0000, 0x2_8000),
            part(load, read, 0x1_1000, 0x1_0000),
            part(load, read, !0, 0x2_8000),
        ] {
            assert_eq!(never_written(0x10_0000, &other), None);
        }
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
