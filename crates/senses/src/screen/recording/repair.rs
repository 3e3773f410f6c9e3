//! What a crash left of a recording, made whole.

use std::{
    fs::{File, OpenOptions},
    io::{self, Read as _, Seek as _},
    path::Path,
    time::Duration,
};

use super::mp4;
#[cfg(target_os = "linux")]
use super::webm;
use crate::SenseError;

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

/// What was found in a file, and made of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finished {
    /// It had its index already.
    Before,
    /// It has one now.
    Now {
        duration: Duration,
        frames: u64,
        /// What was cut off its end.
        cut_bytes: u64,
    },
}

/// Makes a plain MP4 or `WebM` of a recording that a crash broke off, in place. It may itself be
/// broken off and run again. It must not be run on a file that is being recorded. An animated
/// picture plays as far as it goes, and is none of its business.
pub fn repair(path: &Path) -> Result<Repaired, SenseError> {
    let finished = OpenOptions::new()
        .read(true)
        .write(true)
        .open(path)
        .and_then(|mut file| finish(&mut file));
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

fn finish(file: &mut File) -> io::Result<Finished> {
    let mut first = [0; 4];
    let found = file.read(&mut first)?;
    file.rewind()?;
    match first.get(..found) {
        #[cfg(target_os = "linux")]
        Some(first) if first == webm::MAGIC => webm::finish(file),
        _ => mp4::finish(file),
    }
}
