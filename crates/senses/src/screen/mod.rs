//! What the displays show: pictures and recordings of them.
//!
//! Whether that may be seen, who is told of it and where it is kept is not decided here. Nothing is
//! kept between two requests.

mod area;
mod blend;
mod compare;
mod display;
#[cfg(all(unix, not(target_os = "macos")))]
mod entered;
pub(crate) mod fake;
mod native;
mod picture;
mod recording;
mod source;

use std::{path::PathBuf, pin::Pin, time::Duration};

use chaperone_protocol::{RecordingFormat, Resolution};

use crate::SenseError;

pub use display::Display;
pub use native::NativeDisplays;
pub(crate) use picture::Pixels;
pub use picture::{Picture, PictureFormat};
pub use recording::{
    Ending, Progress, Recording, RecordingState, Repaired, Trimmed, film, repair, trim,
};
pub(crate) use recording::{first_of_gif, first_of_mp4, first_of_webm};

/// The displays there are, on their way.
pub type ListingDisplays<'a> =
    Pin<Box<dyn Future<Output = Result<Vec<Display>, SenseError>> + Send + 'a>>;

/// A picture on its way.
pub type Picturing<'a> = Pin<Box<dyn Future<Output = Result<Picture, SenseError>> + Send + 'a>>;

/// A recording that is about to begin.
pub type StartingRecording<'a> =
    Pin<Box<dyn Future<Output = Result<Recording, SenseError>> + Send + 'a>>;

/// Whatever can see displays.
pub trait Displays: Send + Sync {
    /// The displays there are, as they are now.
    fn list(&self) -> ListingDisplays<'_>;

    /// Whether recordings can have sound here; if not, why, and what to do. Whether a microphone is
    /// plugged in is only known when it is heard.
    fn hears(&self) -> Result<(), SenseError>;

    /// Takes a picture of one. Ends within some seconds.
    fn picture<'a>(&'a self, wish: &'a PictureWish) -> Picturing<'a>;

    /// Begins to record one; answers when the first frame is in the file.
    fn record<'a>(&'a self, wish: &'a RecordingWish) -> StartingRecording<'a>;
}

/// Which picture is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureWish {
    /// The display's id; absent means the primary one.
    pub display: Option<String>,
    /// What the picture is scaled down to, if it is larger. It keeps its shape.
    pub at_most: Option<Resolution>,
    /// The picture's kind.
    pub format: PictureFormat,
    /// Whether the mouse pointer is in it.
    pub pointer: PointerIs,
}

/// Whether the mouse pointer is in a picture.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum PointerIs {
    /// It is not.
    #[default]
    LeftOut,
    /// It is, where this system tells what it looks like.
    Drawn,
}

/// Which recording is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordingWish {
    /// The display's id; absent means the primary one.
    pub display: Option<String>,
    /// What the recording is scaled down to, if the display is larger. It keeps its shape.
    pub at_most: Option<Resolution>,
    /// It ends by itself after so long.
    pub limit: Duration,
    /// How often it looks whether something changed, at most.
    pub frames_per_second: u32,
    /// The file's kind.
    pub format: RecordingFormat,
    /// Whether sound is wanted too.
    pub sound: Sound,
    /// The file to make. One that is there already is an error.
    pub path: PathBuf,
}

/// Whether a recording has sound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sound {
    /// It has none.
    #[default]
    None,
    /// What the microphone hears.
    Microphone,
    /// What this computer plays, on the speakers that the person has chosen.
    Output,
}

impl RecordingWish {
    /// How often a recording looks when nothing else is said.
    pub const FRAMES_PER_SECOND: u32 = 30;
    /// The most often it looks.
    pub const MAX_FRAMES_PER_SECOND: u32 = 60;
    /// The longest recording as an animated picture, which is large for how little it shows.
    pub const MAX_GIF: Duration = Duration::from_mins(1);

    /// The primary display as MP4, for at most so long.
    pub fn new(path: PathBuf, limit: Duration) -> Self {
        Self {
            display: None,
            at_most: None,
            limit,
            frames_per_second: Self::FRAMES_PER_SECOND,
            format: RecordingFormat::Mp4,
            sound: Sound::None,
            path,
        }
    }

    /// Whether it can be made at all, before anything is opened for it.
    fn check(&self) -> Result<(), SenseError> {
        if self.sound != Sound::None && self.format == RecordingFormat::Gif {
            return Err(SenseError::Invalid(
                "an animated picture has no sound: ask for mp4, or for one without audio"
                    .to_owned(),
            ));
        }
        if let Some(why) = recording::refusal(self.format) {
            return Err(SenseError::Unsupported(why.to_owned()));
        }
        if self.format == RecordingFormat::Gif && self.limit > Self::MAX_GIF {
            return Err(SenseError::Invalid(format!(
                "an animated picture is at most {} seconds long: ask for fewer, or for mp4",
                Self::MAX_GIF.as_secs()
            )));
        }
        if self.frames_per_second == 0 || self.frames_per_second > Self::MAX_FRAMES_PER_SECOND {
            return Err(SenseError::Invalid(format!(
                "a recording has between 1 and {} frames a second, not {}",
                Self::MAX_FRAMES_PER_SECOND,
                self.frames_per_second
            )));
        }
        Ok(())
    }
}
