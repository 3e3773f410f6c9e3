//! One photo, from opening the camera to closing it.

use std::time::{Duration, Instant};

use chaperone_protocol::Resolution;
use nokhwa::{
    Buffer, Camera, NokhwaError,
    utils::{RequestedFormat, RequestedFormatType},
};

use super::{platform, trouble::Trouble};
use crate::{
    SenseError,
    camera::{FoundCamera, Photo, Shot, choice, picture},
};

/// A camera finds its exposure while it runs: the first frames are too dark or too bright.
const WARM_UP_FRAMES: u32 = 10;

/// A slow camera has found it after so long, whatever the number of frames…
const WARM_UP_TIME: Duration = Duration::from_millis(1500);

/// …but not before so many.
const FEWEST_WARM_UP_FRAMES: u32 = 2;

/// How long to go on.
pub(super) struct Term<C> {
    until: Instant,
    is_cancelled: C,
}

impl<C: Fn() -> bool> Term<C> {
    pub(super) fn new(until: Instant, is_cancelled: C) -> Self {
        Self {
            until,
            is_cancelled,
        }
    }

    fn is_over(&self) -> bool {
        (self.is_cancelled)() || Instant::now() >= self.until
    }
}

/// What a camera has given so far.
enum Progress {
    Nothing,
    Warming { since: Instant, dropped: u32 },
    Unreadable(picture::Unreadable),
}

/// Takes a photo. The camera is closed when this returns.
pub(super) fn capture<C: Fn() -> bool>(
    camera: FoundCamera,
    shot: &Shot,
    term: &Term<C>,
) -> Result<Photo, SenseError> {
    let name = &camera.name;
    let told = |error: &NokhwaError| Trouble::of(error).told(name);
    let mut open = platform::open(&camera.id).map_err(|error| told(&error))?;
    choose(&mut open, shot.resolution).map_err(|error| told(&error))?;
    open.open_stream().map_err(|error| told(&error))?;
    let mut progress = Progress::Nothing;
    let picture = loop {
        if term.is_over() {
            return Err(out_of_time(name, &progress));
        }
        let frame = match open.frame() {
            Ok(frame) => frame,
            Err(error) => match Trouble::of(&error) {
                Trouble::Quiet => continue,
                trouble => return Err(trouble.told(name)),
            },
        };
        progress = progress.after_a_frame();
        if progress.is_warming() {
            continue;
        }
        match decode(&frame) {
            Ok(picture) => break picture,
            Err(unreadable) => progress = Progress::Unreadable(unreadable),
        }
    };
    // Its light goes out before the work on the picture begins.
    drop(open);
    let jpeg = picture::encode(&picture, shot.quality).map_err(|error| {
        SenseError::Failed(format!("the photo could not be made a JPEG: {error}"))
    })?;
    let (width, height) = picture.dimensions();
    Ok(Photo {
        jpeg,
        resolution: Resolution { width, height },
        camera,
    })
}

impl Progress {
    fn after_a_frame(self) -> Self {
        match self {
            Self::Nothing => Self::Warming {
                since: Instant::now(),
                dropped: 0,
            },
            Self::Warming { since, dropped } => Self::Warming {
                since,
                dropped: dropped.saturating_add(1),
            },
            Self::Unreadable(why) => Self::Unreadable(why),
        }
    }

    fn is_warming(&self) -> bool {
        match self {
            Self::Nothing => true,
            Self::Warming { since, dropped } => {
                *dropped < FEWEST_WARM_UP_FRAMES
                    || (*dropped < WARM_UP_FRAMES && since.elapsed() < WARM_UP_TIME)
            }
            Self::Unreadable(_) => false,
        }
    }
}

/// Sets the format nearest to the wish. Where a camera does not tell or set its formats, the one
/// it has will do.
fn choose(camera: &mut Camera, wish: Resolution) -> Result<(), NokhwaError> {
    let offered = match camera.compatible_camera_formats() {
        Ok(offered) => offered,
        Err(error) if Trouble::of(&error).is_lasting() => return Err(error),
        Err(_) => Vec::new(),
    };
    let Some(format) = choice::format(wish, &offered) else {
        return Ok(());
    };
    let kinds = [format.format()];
    let request = RequestedFormat::with_formats(RequestedFormatType::Exact(format), &kinds);
    match camera.set_camera_requset(request) {
        Err(error) if Trouble::of(&error).is_lasting() => Err(error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn decode(frame: &Buffer) -> Result<image::RgbImage, picture::Unreadable> {
    let extent = Resolution {
        width: frame.resolution().width(),
        height: frame.resolution().height(),
    };
    picture::decode(frame.source_frame_format(), extent, frame.buffer())
}

fn out_of_time(name: &str, progress: &Progress) -> SenseError {
    SenseError::TimedOut(match progress {
        Progress::Nothing => format!(
            "the camera {name:?} gave no picture in time: see whether it is switched on, and \
             whether a virtual one has something to show"
        ),
        Progress::Warming { .. } => {
            format!("the camera {name:?} is too slow: ask for a smaller picture")
        }
        Progress::Unreadable(why) => format!(
            "the camera {name:?} gave no whole picture in time ({why}): plug it in somewhere else, \
             or ask for a smaller picture"
        ),
    })
}
