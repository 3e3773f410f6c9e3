//! A real recording of a display that exists nowhere, for tests that look into one.

use std::{path::Path, time::Duration};

use chaperone_protocol::{RecordingFormat, Resolution};

use super::{
    film::{FilmError, Why, create},
    kind,
    mp4::SoundFormat,
    planes::Planes,
};
use crate::SenseError;

const EXTENT: Resolution = Resolution {
    width: 64,
    height: 48,
};
const FRAMES_PER_SECOND: u32 = 10;
const PACKETS_PER_FRAME: usize = 5;
/// A packet of Opus in which nothing is heard.
const QUIET: [u8; 3] = [0xf8, 0xff, 0xfe];

/// Writes an MP4 of so many seconds, ten frames each, with sound in which nothing is heard. Each
/// second is brighter than the one before by six of 256 steps, the first has forty. A frame that
/// stands by itself comes each ten seconds. Real is all but the time that it takes.
pub fn film(path: &Path, seconds: u32) -> Result<(), SenseError> {
    write(path, seconds).map_err(|error| {
        SenseError::Failed(format!(
            "could not make the recording {}: {error}",
            path.display()
        ))
    })
}

fn write(path: &Path, seconds: u32) -> Result<(), FilmError> {
    let sound = Some(SoundFormat { delay: 312 });
    let mut film = kind::begin(
        RecordingFormat::Mp4,
        create(path)?,
        FRAMES_PER_SECOND,
        sound,
    )?;
    let frame = Duration::from_secs(1) / FRAMES_PER_SECOND;
    let mut picture = Planes::black(EXTENT);
    for number in 0..seconds * FRAMES_PER_SECOND {
        let brightness = 40 + number / FRAMES_PER_SECOND * 6;
        let [luma, ..] = picture.each_mut();
        luma.fill(u8::try_from(brightness).unwrap_or(u8::MAX));
        film.add(&picture, frame * number, Why::Touched)?;
        for _ in 0..PACKETS_PER_FRAME {
            film.hear(&QUIET)?;
        }
    }
    film.finish(Duration::from_secs(seconds.into()))?;
    Ok(())
}
