//! Whole pictures of a display, one after another, for servers that do not tell what changed.
//!
//! The crate `scrap` asks for the next picture before this one is used, so that the server copies
//! while we compare; what it hands out is one look old. Three things about it are seen to here. Its
//! own search for displays reads memory it has given back, so the display is named instead. The
//! memory it shares with the server is open to every user of the computer, and outlives a crash, so
//! both are put right before anything is in it. And it waits for ever for a server that hangs, so
//! only one that has just answered may be asked.

#![expect(
    unsafe_code,
    reason = "the crate and the system have no safe words for naming a display and for the rights \
              of shared memory; both take numbers only"
)]

use std::{
    ffi::CString,
    fs, io,
    mem::{self, MaybeUninit},
    process, ptr,
    rc::Rc,
    sync::{Mutex, PoisonError},
};

use scrap::x11::{Capturer, Display, Rect, Server};

use super::monitors::Monitor;
use crate::screen::{
    area::Area,
    source::{PIXEL_BYTES, Piece},
};

/// The pieces of shared memory there are, as the kernel lists them.
const LISTING: &str = "/proc/sysvipc/shm";

/// What anybody may do with the crate's piece of memory, and what is left of it.
const OPEN_TO_ALL: u32 = 0o777;
const OPEN_TO_US: u32 = 0o600;

/// Between making a piece of memory and finding it, no other one may be made.
static FINDING: Mutex<()> = Mutex::new(());

/// A display that pictures are taken of.
pub(super) struct Scrapped {
    capturer: Capturer,
    monitor: Monitor,
}

impl Scrapped {
    /// Nothing where the server does not share this computer's memory, or its rights could not be
    /// put right.
    pub(super) fn open(server: Option<&str>, monitor: &Monitor) -> Option<Self> {
        let name = server.map(CString::new).transpose().ok()?;
        let name = name.as_ref().map_or(ptr::null(), |name| name.as_ptr());
        let server = Rc::new(Server::connect(name.cast()).ok()?);
        let shown = &monitor.display;
        let place = Rect {
            x: shown.x.try_into().ok()?,
            y: shown.y.try_into().ok()?,
            w: shown.resolution.width.try_into().ok()?,
            h: shown.resolution.height.try_into().ok()?,
        };
        // SAFETY: it keeps what it is given, and touches no memory.
        let display = unsafe { Display::new(server, shown.primary, place, monitor.root) };
        let bytes = usize::from(place.w) * usize::from(place.h) * PIXEL_BYTES;
        let (mut capturer, segment) = {
            let _finding = FINDING.lock().unwrap_or_else(PoisonError::into_inner);
            let capturer = Capturer::new(display).ok()?;
            // Twice as much: one half is filled while the other one is read.
            let ours = |segment: &Segment| segment.is_open_to_all() && segment.bytes == bytes * 2;
            let segment = segments()?.into_iter().find(ours)?;
            // The server has not been told of the memory yet.
            close_to_others(segment.id).ok()?;
            (capturer, segment)
        };
        capturer.frame();
        let now = segments()?.into_iter().find(|now| now.id == segment.id)?;
        // From here on it is gone when nobody uses it any more, whatever becomes of this process.
        remove(segment.id).ok()?;
        // One that refused it has left it black, and says so to nobody.
        (now.users > 1).then(|| Self {
            capturer,
            monitor: monitor.clone(),
        })
    }

    /// Whether it shows that display, where it is now.
    pub(super) fn shows(&self, monitor: &Monitor) -> bool {
        self.monitor == *monitor
    }

    /// What the display showed when it was last asked. The server must have answered just now.
    pub(super) fn frame(&mut self) -> Piece<'_> {
        let area = Area::whole(self.monitor.display.resolution);
        Piece {
            area,
            pixels: self.capturer.frame(),
            stride: area.width * PIXEL_BYTES,
        }
    }

    /// Lets go of a server that does not answer. Closing it in order would wait for the picture
    /// that is on its way; the memory goes with the process.
    pub(super) fn abandon(self) {
        mem::forget(self.capturer);
    }
}

/// A piece of shared memory that this process has made.
struct Segment {
    id: i32,
    bytes: usize,
    rights: u32,
    users: u32,
}

impl Segment {
    fn is_open_to_all(&self) -> bool {
        self.rights & OPEN_TO_ALL == OPEN_TO_ALL
    }
}

/// Those of this process; nothing where the kernel does not list them.
fn segments() -> Option<Vec<Segment>> {
    let listing = fs::read_to_string(LISTING).ok()?;
    let all = listing.lines().skip(1).map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, id, rights, bytes, maker, _, users, ..] = words.as_slice() else {
            return None;
        };
        let segment = Segment {
            id: id.parse().ok()?,
            bytes: bytes.parse().ok()?,
            rights: u32::from_str_radix(rights, 8).ok()?,
            users: users.parse().ok()?,
        };
        Some((maker.parse::<u32>().ok()?, segment))
    });
    let ours = all.flatten().filter(|(maker, _)| *maker == process::id());
    Some(ours.map(|(_, segment)| segment).collect())
}

fn close_to_others(id: i32) -> io::Result<()> {
    let mut about = MaybeUninit::<libc::shmid_ds>::uninit();
    // SAFETY: there is room for what the system writes.
    done(unsafe { libc::shmctl(id, libc::IPC_STAT, about.as_mut_ptr()) })?;
    // SAFETY: the system has just written all of it.
    let mut about = unsafe { about.assume_init() };
    // The field is narrower on some processors, and the rights are small anyway.
    about.shm_perm.mode = OPEN_TO_US.try_into().map_err(io::Error::other)?;
    // SAFETY: the system only reads what is there.
    done(unsafe { libc::shmctl(id, libc::IPC_SET, &raw mut about) })
}

fn remove(id: i32) -> io::Result<()> {
    // SAFETY: this wish takes no memory.
    done(unsafe { libc::shmctl(id, libc::IPC_RMID, ptr::null_mut()) })
}

fn done(answer: libc::c_int) -> io::Result<()> {
    if answer == -1 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// The rights of this process's pieces of memory that are so large.
#[cfg(test)]
pub(super) fn rights_of_segments(bytes: usize) -> Vec<u32> {
    let all = segments().expect("the kernel lists them").into_iter();
    let large = all.filter(|segment| segment.bytes == bytes);
    large.map(|segment| segment.rights).collect()
}
