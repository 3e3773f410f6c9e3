//! `WebM` files that play however they end.
//!
//! Only what a recording of one display needs: one track of VP8, and maybe one of Opus.

mod elements;
mod finish;
mod first;
mod layout;
#[cfg(test)]
mod tests;
mod writer;

use std::{fs::File, io, time::Duration};

use super::repair::Finished;

pub(super) use first::First;
pub(super) use writer::Webm;

/// What every such file begins with.
pub(super) const MAGIC: [u8; 4] = layout::EBML.to_be_bytes();

/// Cuts off what is not whole, and adds the index. A file that has one stays as it is.
pub(super) fn finish(file: &mut File) -> io::Result<Finished> {
    let end = file.metadata()?.len();
    let Some(index) = finish::scan(file)? else {
        return Ok(Finished::Before);
    };
    finish::end(file, &index)?;
    Ok(Finished::Now {
        duration: Duration::from_millis(index.duration),
        frames: index.frames,
        cut_bytes: end - index.good,
    })
}
