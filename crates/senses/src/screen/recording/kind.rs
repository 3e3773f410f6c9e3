//! The kinds of files that recordings can be, and what each is made with.

use std::{fs::File, time::Duration};

use chaperone_protocol::RecordingFormat;

use super::{
    encoder::H264,
    film::{Coder, Encoded, Film, FilmError, Video, Why},
    gif::Animation,
    mp4::{Format, Mp4, SoundFormat},
    planes::Planes,
};
#[cfg(target_os = "linux")]
use super::{vp8::Vp8, webm::Webm};

/// The encoder is a library that Linux distributions bring.
#[cfg(target_os = "linux")]
const NO_WEBM: Option<&str> = None;
#[cfg(not(target_os = "linux"))]
const NO_WEBM: Option<&str> =
    Some("recordings are not made as webm on this system: ask for mp4 or gif");

/// Why recordings cannot be of that kind here, if they cannot.
pub(crate) fn refusal(format: RecordingFormat) -> Option<&'static str> {
    match format {
        RecordingFormat::Mp4 | RecordingFormat::Gif => None,
        RecordingFormat::Webm => NO_WEBM,
    }
}

/// An empty file of that kind, ready for its first frame.
pub(super) fn begin(
    format: RecordingFormat,
    file: File,
    frames_per_second: u32,
    sound: Option<SoundFormat>,
) -> Result<Box<dyn Film>, FilmError> {
    Ok(match format {
        RecordingFormat::Gif => Box::new(Animation::new(file)),
        RecordingFormat::Mp4 => {
            let coder = H264::new(frames_per_second)?;
            Box::new(Video::<_, Mp4>::new(file, coder, frames_per_second, sound))
        }
        #[cfg(target_os = "linux")]
        RecordingFormat::Webm => {
            let coder = Vp8::default();
            Box::new(Video::<_, Webm>::new(file, coder, frames_per_second, sound))
        }
        #[cfg(not(target_os = "linux"))]
        RecordingFormat::Webm => {
            return Err(std::io::Error::from(std::io::ErrorKind::Unsupported).into());
        }
    })
}

impl Coder for H264 {
    type Format = Format;

    fn begin_anew(&mut self) {
        Self::begin_anew(self);
    }

    fn encode(
        &mut self,
        picture: &Planes,
        at: Duration,
        why: Why,
    ) -> Result<Encoded<'_, Format>, FilmError> {
        let encoded = Self::encode(self, picture, at, why)?;
        Ok(Encoded {
            format: encoded.format,
            data: encoded.units,
            key: encoded.key,
        })
    }
}
