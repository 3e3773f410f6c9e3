//! Where frames go: a file of some kind.
//!
//! An animated picture is one thing. A video is made of two: what makes its frames small, and what
//! holds them.

use std::{
    fs::{File, OpenOptions},
    io::{self, Seek as _, SeekFrom, Write as _},
    path::Path,
    time::Duration,
};

use super::{mp4::SoundFormat, planes::Planes};

/// So often a frame stands by itself, so that a player can begin there.
const KEY_EVERY: Duration = Duration::from_secs(10);

/// What keeps a frame from being written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FilmError {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    H264(#[from] openh264::Error),
    #[cfg(target_os = "linux")]
    #[error(transparent)]
    Vp8(#[from] super::vpx::VpxError),
    #[error(transparent)]
    Animation(#[from] gif::EncodingError),
}

/// Why a frame is added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Much of it is new, as when a film plays.
    Moving,
    /// Some of it is new.
    Touched,
    /// Time passed.
    Still,
}

/// Frames on their way into a file. It plays however it ends.
pub(super) trait Film {
    /// Adds a frame, shown from that time on.
    fn add(&mut self, picture: &Planes, at: Duration, why: Why) -> Result<(), FilmError>;

    /// Adds a packet of sound. A kind without sound is never given one.
    fn hear(&mut self, _packet: &[u8]) -> Result<(), FilmError> {
        Ok(())
    }

    /// Writes down what has waited long enough.
    fn settle(&mut self, now: Duration) -> Result<(), FilmError>;

    /// How long the file is.
    fn bytes(&self) -> u64;

    /// Ends the file, whose last frame is shown until `end`; says how long the file is.
    fn finish(self: Box<Self>, end: Duration) -> Result<u64, FilmError>;
}

/// What makes frames small.
pub(super) trait Coder {
    /// What a decoder has to know before the first.
    type Format;

    /// Makes the next frame one that stands by itself.
    fn begin_anew(&mut self);

    /// The picture as it is from that time on.
    fn encode(
        &mut self,
        picture: &Planes,
        at: Duration,
        why: Why,
    ) -> Result<Encoded<'_, Self::Format>, FilmError>;
}

/// A frame made small.
pub(super) struct Encoded<'a, Format> {
    pub(super) format: &'a Format,
    /// Nothing if it was left out.
    pub(super) data: &'a [u8],
    /// Whether it stands by itself.
    pub(super) key: bool,
}

/// What holds frames and sound, and plays however it ends.
pub(super) trait Container: Sized {
    /// What a decoder has to know before the first frame.
    type Format;

    /// Begins an empty file.
    fn begin(file: File, format: &Self::Format, sound: Option<SoundFormat>) -> io::Result<Self>;

    /// Adds a frame.
    fn push(&mut self, at: Duration, data: &[u8], key: bool) -> io::Result<()>;

    /// Adds a packet of sound, which follows the one before without a gap. It is written with the
    /// frames of its time.
    fn hear(&mut self, packet: &[u8]) -> io::Result<()>;

    /// Writes what waits, if it has waited long enough by now.
    fn settle(&mut self, now: Duration) -> io::Result<()>;

    /// Writes what waits, which is shown until `end`.
    fn flush(&mut self, end: Duration) -> io::Result<()>;

    /// How long the file is, with what waits.
    fn bytes(&self) -> u64;

    /// Writes what waits and the index; says how long the file is.
    fn finish(self, end: Duration) -> io::Result<u64>;
}

/// Makes a file that only this user may read. One that is there already is not touched.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Adds to a file that is whole up to there, and stays whole if there is no room: a part of what is
/// added would keep what comes before it from playing to its end.
pub(super) fn append(file: &mut File, good: &mut u64, bytes: &[u8]) -> io::Result<()> {
    if let Err(error) = file.write_all(bytes) {
        file.set_len(*good)?;
        file.seek(SeekFrom::Start(*good))?;
        return Err(error);
    }
    *good += u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    Ok(())
}

/// Frames of one kind in a file of one kind.
pub(super) struct Video<C, F> {
    coder: C,
    sound: Option<SoundFormat>,
    stage: Stage<F>,
    key_at: Duration,
    frame: Duration,
}

enum Stage<F> {
    /// The file's head needs what the first frame says.
    Empty(Option<File>),
    Growing(F),
}

impl<C, F> Video<C, F> {
    pub(super) fn new(
        file: File,
        coder: C,
        frames_per_second: u32,
        sound: Option<SoundFormat>,
    ) -> Self {
        Self {
            coder,
            sound,
            stage: Stage::Empty(Some(file)),
            key_at: Duration::ZERO,
            frame: Duration::from_secs(1) / frames_per_second.max(1),
        }
    }
}

impl<C: Coder, F: Container<Format = C::Format>> Film for Video<C, F> {
    fn add(&mut self, picture: &Planes, at: Duration, why: Why) -> Result<(), FilmError> {
        if why != Why::Still && at.saturating_sub(self.key_at) >= KEY_EVERY {
            self.coder.begin_anew();
        }
        let encoded = self.coder.encode(picture, at, why)?;
        if encoded.key {
            self.key_at = at;
        }
        if encoded.data.is_empty() {
            return Ok(());
        }
        let container = match &mut self.stage {
            Stage::Growing(container) => container,
            Stage::Empty(file) => {
                let file = file.take().ok_or_else(gone)?;
                self.stage = Stage::Growing(F::begin(file, encoded.format, self.sound)?);
                let Stage::Growing(container) = &mut self.stage else {
                    return Err(gone().into());
                };
                container
            }
        };
        container.push(at, encoded.data, encoded.key)?;
        if why == Why::Still {
            // There will be no other for a while.
            container.flush(at + self.frame)?;
        }
        Ok(())
    }

    fn hear(&mut self, packet: &[u8]) -> Result<(), FilmError> {
        match &mut self.stage {
            Stage::Growing(container) => Ok(container.hear(packet)?),
            Stage::Empty(_) => Ok(()),
        }
    }

    fn settle(&mut self, now: Duration) -> Result<(), FilmError> {
        match &mut self.stage {
            Stage::Growing(container) => Ok(container.settle(now)?),
            Stage::Empty(_) => Ok(()),
        }
    }

    fn bytes(&self) -> u64 {
        match &self.stage {
            Stage::Growing(container) => container.bytes(),
            Stage::Empty(_) => 0,
        }
    }

    fn finish(self: Box<Self>, end: Duration) -> Result<u64, FilmError> {
        match self.stage {
            Stage::Growing(container) => Ok(container.finish(end)?),
            Stage::Empty(_) => Err(gone().into()),
        }
    }
}

fn gone() -> io::Error {
    io::Error::other("the file could not be begun")
}
