//! A recording made shorter by the person before it leaves.

use std::{
    io::{self, Read, Seek, Write},
    time::Duration,
};

use super::mp4::{self, Refusal};
use crate::SenseError;

/// A part of a recording that became a file of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trimmed {
    /// Where it really begins: at the last frame before it was wanted to that can be shown by itself.
    pub from: Duration,
    /// Where it really ends; never later than it was wanted to.
    pub to: Duration,
    /// How long the recording is that it is a part of.
    pub whole: Duration,
}

/// Writes a part of a recording, sound and all, as a file that is one itself and plays like one.
/// Nothing is encoded anew. Only MP4 of Chaperone's own can be cut. It reads and writes for as long
/// as that takes, so it belongs on a thread that may block; what was written when it fails is nothing
/// whole.
pub fn trim(
    source: &mut (impl Read + Seek),
    into: &mut impl Write,
    from: Duration,
    to: Duration,
) -> Result<Trimmed, SenseError> {
    let part = mp4::cut(source, into, from..to).map_err(|refusal| match refusal {
        Refusal::Empty => {
            SenseError::Invalid("nothing would be left: end the part after it begins".to_owned())
        }
        Refusal::Outside { whole } => SenseError::Invalid(format!(
            "the recording is {:.1} seconds long: choose a part that lies in it",
            whole.as_secs_f64()
        )),
        Refusal::Whole => SenseError::Invalid(
            "nothing can be cut off there: the frames that follow need the first one, so begin later \
             or end earlier"
                .to_owned(),
        ),
        Refusal::Failed(error) => failed(&error),
    })?;
    Ok(Trimmed {
        from: part.from,
        to: part.to,
        whole: part.whole,
    })
}

fn failed(error: &io::Error) -> SenseError {
    SenseError::Failed(format!(
        "the recording could not be cut: {error}; it stays as it is"
    ))
}

// Players are at hand where this is developed.
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
