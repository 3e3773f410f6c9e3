//! MP4 files that play however they end.
//!
//! Only what a recording of one display needs: one track of H.264, and maybe one of Opus.

mod boxes;
mod finish;
mod first;
mod layout;
#[cfg(test)]
mod tests;
mod track;
mod writer;

use std::{fs::OpenOptions, path::Path, time::Duration};

use crate::SenseError;
use finish::Finished;

pub(super) use first::First;
pub(super) use layout::{Format, SoundFormat};
#[cfg(target_os = "linux")]
pub(super) use track::{PACKET_TICKS, SOUND_TICKS};
pub(super) use writer::Mp4;

/// What came of repairing a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repaired {
    /// It was whole already.
    Whole,
    /// It is whole now.
    Mended {
        /// How long it is.
        duration: Duration,
        /// How many frames it has.
        frames: u64,
        /// What was cut off its end, because it was not whole.
        cut_bytes: u64,
    },
}

/// Makes a plain MP4 of a recording that a crash broke off, in place. It may itself be broken off
/// and run again. It must not be run on a file that is being recorded.
pub fn repair(path: &Path) -> Result<Repaired, SenseError> {
    let finished = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .and_then(|mut file| finish::finish(&mut file, 0));
    match finished {
        Ok(Finished::Before) => Ok(Repaired::Whole),
        Ok(Finished::Now {
            duration,
            frames,
            cut_bytes,
        }) => Ok(Repaired::Mended {
            duration,
            frames,
            cut_bytes,
        }),
        Err(error) => Err(SenseError::Failed(format!(
            "could not repair the recording {}: {error}; it stays as it is",
            path.display()
        ))),
    }
}
