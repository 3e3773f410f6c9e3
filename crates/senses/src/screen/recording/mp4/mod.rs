//! MP4 files that play however they end.
//!
//! Only what a recording of one display needs: one track of H.264, and maybe one of Opus.

mod boxes;
mod cut;
mod finish;
mod first;
mod layout;
#[cfg(test)]
mod tests;
mod track;
mod writer;

use std::{fs::File, io};

use super::repair::Finished;

pub(super) use cut::{Refusal, cut};
pub(super) use first::First;
pub(super) use layout::{Format, SoundFormat};
#[cfg(target_os = "linux")]
pub(super) use track::{PACKET_TICKS, SOUND_TICKS};
pub(super) use writer::Mp4;

/// Cuts off what is not whole, and adds the index. A file that has one stays as it is.
pub(super) fn finish(file: &mut File) -> io::Result<Finished> {
    finish::finish(file, 0)
}
