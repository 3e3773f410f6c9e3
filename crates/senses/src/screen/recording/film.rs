//! Where frames go: a file of some kind.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
    time::Duration,
};

use super::{
    encoder::H264,
    mp4::{Mp4, SoundFormat},
    planes::Planes,
};

/// So often a frame stands by itself, so that a player can begin there.
const KEY_EVERY: Duration = Duration::from_secs(10);

/// What keeps a frame from being written.
#[derive(Debug, thiserror::Error)]
pub(super) enum FilmError {
    #[error(transparent)]
    File(#[from] io::Error),
    #[error(transparent)]
    Encoder(#[from] openh264::Error),
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

/// Makes a file that only this user may read. One that is there already is not touched.
pub(super) fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// H.264 in MP4.
pub(super) struct Video {
    encoder: H264,
    sound: Option<SoundFormat>,
    stage: Stage,
    key_at: Duration,
    frame: Duration,
}

enum Stage {
    /// The file's head needs what the first frame says.
    Empty(Option<File>),
    Growing(Mp4),
}

impl Video {
    pub(super) fn new(
        file: File,
        frames_per_second: u32,
        sound: Option<SoundFormat>,
    ) -> Result<Self, FilmError> {
        Ok(Self {
            encoder: H264::new(frames_per_second)?,
            sound,
            stage: Stage::Empty(Some(file)),
            key_at: Duration::ZERO,
            frame: Duration::from_secs(1) / frames_per_second.max(1),
        })
    }
}

impl Film for Video {
    fn add(&mut self, picture: &Planes, at: Duration, why: Why) -> Result<(), FilmError> {
        if why != Why::Still && at.saturating_sub(self.key_at) >= KEY_EVERY {
            self.encoder.begin_anew();
        }
        let encoded = self.encoder.encode(picture, at, why)?;
        if encoded.key {
            self.key_at = at;
        }
        if encoded.units.is_empty() {
            return Ok(());
        }
        let mp4 = match &mut self.stage {
            Stage::Growing(mp4) => mp4,
            Stage::Empty(file) => {
                let file = file.take().ok_or_else(gone)?;
                self.stage = Stage::Growing(Mp4::begin(file, encoded.format, self.sound)?);
                let Stage::Growing(mp4) = &mut self.stage else {
                    return Err(gone().into());
                };
                mp4
            }
        };
        mp4.push(at, encoded.units, encoded.key)?;
        if why == Why::Still {
            // There will be no other for a while.
            mp4.flush(at + self.frame)?;
        }
        Ok(())
    }

    fn hear(&mut self, packet: &[u8]) -> Result<(), FilmError> {
        match &mut self.stage {
            Stage::Growing(mp4) => Ok(mp4.hear(packet)?),
            Stage::Empty(_) => Ok(()),
        }
    }

    fn settle(&mut self, now: Duration) -> Result<(), FilmError> {
        match &mut self.stage {
            Stage::Growing(mp4) => Ok(mp4.settle(now)?),
            Stage::Empty(_) => Ok(()),
        }
    }

    fn bytes(&self) -> u64 {
        match &self.stage {
            Stage::Growing(mp4) => mp4.bytes(),
            Stage::Empty(_) => 0,
        }
    }

    fn finish(self: Box<Self>, end: Duration) -> Result<u64, FilmError> {
        match self.stage {
            Stage::Growing(mp4) => Ok(mp4.finish(end)?),
            Stage::Empty(_) => Err(gone().into()),
        }
    }
}

fn gone() -> io::Error {
    io::Error::other("the file could not be begun")
}
