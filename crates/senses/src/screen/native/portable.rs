//! Displays of Windows and macOS.
//!
//! Whole pictures are taken one after another and compared: that works on every version and in
//! every session, at some cost. So a recording here has fewer frames a second than it asks for. The
//! mouse pointer is not in these pictures.

use std::{
    thread,
    time::{Duration, Instant},
};

use chaperone_protocol::Resolution;
use xcap::{Monitor, XCapResult};

use crate::{
    SenseError,
    screen::{
        Display, Picture, PictureWish,
        area::Area,
        compare::Compared,
        display::choose,
        picture::Pixels,
        recording::{Opener, Stop},
        source::{FrameSource, Look, Lost, PIXEL_BYTES, Piece, Pointer, Taker},
    },
};

/// After a picture none is taken for so many times as long as that took.
const REST: u32 = 3;

/// So often a display may fail in a row, as it does while somebody signs in or a mode changes.
const FAILURES: u32 = 20;

/// How long it is left alone after it failed.
const AFTER_FAILURE: Duration = Duration::from_millis(100);

/// The desktop of this session.
#[derive(Debug, Clone)]
pub(super) struct Desktop;

impl Desktop {
    /// The desktop that this process belongs to.
    pub(super) fn session() -> Self {
        Self
    }

    /// Whether the desktop asks the person each time. macOS asks once, and refuses until then.
    #[expect(clippy::unused_self, reason = "elsewhere there are several kinds")]
    pub(super) fn asks_the_person(&self) -> bool {
        false
    }

    #[expect(clippy::unused_self, reason = "elsewhere there are several kinds")]
    pub(super) fn displays(&self) -> Result<Vec<Display>, SenseError> {
        Ok(all()?.into_iter().map(|(display, _)| display).collect())
    }

    #[expect(clippy::unused_self, reason = "elsewhere there are several kinds")]
    pub(super) fn picture(&self, wish: &PictureWish) -> Result<Picture, SenseError> {
        let mut source = Pictures::open(wish.display.as_deref(), None)?;
        let pixels = Pixels::of(&mut source, None);
        let pixels = pixels.map_err(|lost| SenseError::Unavailable(lost.0))?;
        pixels.encode(wish.at_most, wish.format, source.display.id)
    }

    #[expect(clippy::unused_self, reason = "elsewhere there are several kinds")]
    pub(super) fn opener(&self, display: Option<String>) -> Opener {
        Box::new(move |stop| {
            let source = Pictures::open(display.as_deref(), Some(stop.clone()))?;
            Ok(Box::new(source))
        })
    }
}

/// Every display that is switched on.
fn all() -> Result<Vec<(Display, Monitor)>, SenseError> {
    let described = Monitor::all().and_then(|monitors| {
        let described = monitors
            .into_iter()
            .map(|monitor| Ok((describe(&monitor)?, monitor)));
        described.collect::<XCapResult<Vec<_>>>()
    });
    described.map_err(|error| {
        SenseError::Unavailable(format!(
            "the desktop did not say which displays there are ({error}): sign in, or unlock it"
        ))
    })
}

fn describe(monitor: &Monitor) -> XCapResult<Display> {
    // Windows names them by where they are plugged in, macOS by number.
    let id = if cfg!(windows) {
        monitor.name()?.trim_start_matches(r"\\.\").to_owned()
    } else {
        monitor.id()?.to_string()
    };
    Ok(Display {
        id,
        name: monitor.friendly_name()?,
        x: monitor.x()?,
        y: monitor.y()?,
        resolution: Resolution {
            width: pixels(monitor.width()?, monitor.scale_factor()?),
            height: pixels(monitor.height()?, monitor.scale_factor()?),
        },
        primary: monitor.is_primary()?,
    })
}

/// macOS counts in points, of which each may be several pixels.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "no side of a display is that long"
)]
fn pixels(side: u32, scale: f32) -> u32 {
    if cfg!(target_os = "macos") {
        (side as f32 * scale).round() as u32
    } else {
        side
    }
}

/// A display of which pictures are taken.
struct Pictures {
    monitor: Monitor,
    display: Display,
    extent: Resolution,
    compared: Compared,
    stage: Stage,
    stop: Option<Stop>,
    /// Before then no further picture is taken.
    next: Instant,
    failures: u32,
}

/// What the next look is to find.
enum Stage {
    /// Everything, which was just taken.
    Fresh,
    /// What changed.
    Watching,
}

impl Pictures {
    fn open(display: Option<&str>, stop: Option<Stop>) -> Result<Self, SenseError> {
        let all = all()?;
        let displays = all.iter().map(|(display, _)| display.clone()).collect();
        let chosen = choose(displays, display)?;
        let found = all.into_iter().find(|(display, _)| *display == chosen);
        let (display, monitor) = found.ok_or_else(crate::screen::display::none)?;
        let mut source = Self {
            extent: display.resolution,
            monitor,
            display,
            compared: Compared::default(),
            stage: Stage::Fresh,
            stop,
            next: Instant::now(),
            failures: 0,
        };
        loop {
            let taken = source.take();
            if taken
                .map_err(|lost| SenseError::Unavailable(lost.0))?
                .is_some()
            {
                break;
            }
            thread::sleep(AFTER_FAILURE);
        }
        source.stage = Stage::Fresh;
        Ok(source)
    }

    /// Takes a picture; says what is different in it, or nothing if none could be taken yet.
    fn take(&mut self) -> Result<Option<Vec<Area>>, Lost> {
        let began = Instant::now();
        let mut picture = match self.monitor.capture_image() {
            Ok(picture) => picture,
            Err(error) => {
                self.failures += 1;
                self.next = Instant::now() + AFTER_FAILURE;
                let given_up = self.stop.as_ref().is_some_and(Stop::told);
                if self.failures > FAILURES || given_up {
                    let id = &self.display.id;
                    return Err(Lost(format!(
                        "display {id} cannot be seen any more ({error})"
                    )));
                }
                return Ok(None);
            }
        };
        self.failures = 0;
        let extent = Resolution {
            width: picture.width(),
            height: picture.height(),
        };
        // Elsewhere blue comes first.
        for pixel in picture.chunks_exact_mut(PIXEL_BYTES) {
            if let [red, _, blue, _] = pixel {
                std::mem::swap(red, blue);
            }
        }
        if extent != self.extent {
            self.extent = extent;
            self.compared = Compared::default();
            self.stage = Stage::Fresh;
        }
        self.compared.hold(extent);
        let area = Area::whole(extent);
        let mut changed = Vec::new();
        let piece = Piece {
            area,
            pixels: &picture,
            stride: area.width * PIXEL_BYTES,
        };
        self.compared.compare(piece, &mut changed);
        self.next = Instant::now() + began.elapsed() * REST;
        Ok(Some(changed))
    }
}

impl FrameSource for Pictures {
    fn extent(&self) -> Resolution {
        self.extent
    }

    fn look(&mut self) -> Result<Look, Lost> {
        if matches!(self.stage, Stage::Fresh) {
            self.stage = Stage::Watching;
            return Ok(Look::Changed(vec![Area::whole(self.extent)]));
        }
        if Instant::now() < self.next {
            return Ok(Look::Changed(Vec::new()));
        }
        let changed = self.take()?.unwrap_or_default();
        if matches!(self.stage, Stage::Fresh) {
            self.stage = Stage::Watching;
            return Ok(Look::Resized);
        }
        Ok(Look::Changed(changed))
    }

    fn read(&mut self, area: Area, take: &mut Taker<'_>) -> Result<(), Lost> {
        self.compared.show(area, self.extent, take);
        Ok(())
    }

    fn pointer(&mut self) -> Result<Option<Pointer>, Lost> {
        Ok(None)
    }
}
