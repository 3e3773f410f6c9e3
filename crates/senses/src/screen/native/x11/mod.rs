//! Displays of an X server.
//!
//! The server says what changed, where it can; only that is read. Nothing is asked of the window
//! manager, and nothing on the display is changed.

mod connection;
mod memory;
mod monitors;
mod pointer;
#[cfg(target_os = "linux")]
mod scrapped;
#[cfg(test)]
#[cfg(target_os = "linux")]
mod tests;
#[cfg(not(target_os = "linux"))]
mod unscrapped;
#[cfg(not(target_os = "linux"))]
use unscrapped as scrapped;
mod watch;

use std::time::{Duration, Instant};

use chaperone_protocol::Resolution;
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    errors::{ConnectionError, ReplyError},
    protocol::{
        ErrorKind, Event,
        randr::{self, ConnectionExt as _, NotifyMask},
        xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask, ImageOrder},
    },
};

use self::{
    connection::Connection,
    memory::{FetchError, Way},
    monitors::{Monitor, monitors},
    pointer::PointerWatch,
    watch::Watch,
};
use crate::{
    SenseError,
    screen::{
        Display,
        area::Area,
        display::choose,
        recording::Stop,
        source::{FrameSource, Look, Lost, Pointer, Taker},
    },
};

/// After so long everything is read again: a server whose graphics go around it may not tell of
/// every change.
const AGAIN_EVERY: Duration = Duration::from_secs(2);

/// So many times in a row a display may refuse to be read, as it does in the middle of a change.
const REFUSALS: u32 = 30;

/// The displays of a server, or of this session's.
pub(super) fn displays(server: Option<&str>) -> Result<Vec<Display>, SenseError> {
    let (connection, screen) = connection::connect(server, None)?;
    let monitors = monitors(&connection, screen).map_err(|error| unlisted(&error))?;
    Ok(monitors
        .into_iter()
        .map(|monitor| monitor.display)
        .collect())
}

fn unlisted(error: &ReplyError) -> SenseError {
    SenseError::Failed(format!(
        "the desktop did not say which displays there are: {error}"
    ))
}

/// A display that is watched.
pub(super) struct X11 {
    connection: Connection,
    screen: usize,
    monitor: Monitor,
    way: Way,
    watch: Watch,
    pointer: Option<PointerWatch>,
    stage: Stage,
    /// Whether displays may have come, gone or changed.
    rearranged: bool,
    read_at: Instant,
    refusals: u32,
}

/// What the next look is to find.
enum Stage {
    /// Everything.
    Fresh,
    /// What changed.
    Watching,
}

impl X11 {
    /// Opens a display of a server, or of this session's.
    pub(super) fn open(
        server: Option<&str>,
        display: Option<&str>,
        stop: Option<&Stop>,
    ) -> Result<Self, SenseError> {
        let (connection, screen) = connection::connect(server, stop)?;
        let all = monitors(&connection, screen).map_err(|error| unlisted(&error))?;
        let displays = all.iter().map(|monitor| monitor.display.clone()).collect();
        let chosen = choose(displays, display)?;
        let monitor = all.into_iter().find(|monitor| monitor.display == chosen);
        let monitor = monitor.ok_or_else(crate::screen::display::none)?;
        if !has_known_pixels(&connection, &monitor) {
            return Err(SenseError::Unavailable(format!(
                "display {} does not have 24 bits of colour: set it to millions of colours",
                chosen.id
            )));
        }
        let opened = |error: ConnectionError| unlisted(&error.into());
        let changes = ChangeWindowAttributesAux::new().event_mask(EventMask::STRUCTURE_NOTIFY);
        connection
            .change_window_attributes(monitor.root, &changes)
            .map_err(opened)?;
        if connection
            .extension_information(randr::X11_EXTENSION_NAME)
            .map_err(opened)?
            .is_some()
        {
            let changes =
                NotifyMask::SCREEN_CHANGE | NotifyMask::CRTC_CHANGE | NotifyMask::OUTPUT_CHANGE;
            connection
                .randr_select_input(monitor.root, changes)
                .map_err(opened)?;
        }
        let pointer =
            PointerWatch::open(&connection, monitor.root).map_err(|error| unlisted(&error))?;
        let watch = Watch::open(&connection, server, &monitor).map_err(|error| unlisted(&error))?;
        Ok(Self {
            way: Way::open(&connection),
            connection,
            screen,
            monitor,
            watch,
            pointer,
            stage: Stage::Fresh,
            rearranged: false,
            read_at: Instant::now(),
            refusals: 0,
        })
    }

    /// The id of the display.
    pub(super) fn id(&self) -> &str {
        &self.monitor.display.id
    }

    fn origin(&self) -> (i32, i32) {
        (self.monitor.display.x, self.monitor.display.y)
    }

    /// Hears what the server has said since.
    fn hear(&mut self) -> Result<(), ConnectionError> {
        while let Some(event) = self.connection.poll_for_event()? {
            match event {
                Event::DamageNotify(_) => self.watch.damaged(),
                Event::XfixesCursorNotify(_) => {
                    if let Some(pointer) = &mut self.pointer {
                        pointer.changed();
                    }
                }
                Event::RandrScreenChangeNotify(_)
                | Event::RandrNotify(_)
                | Event::ConfigureNotify(_) => self.rearranged = true,
                _ => {}
            }
        }
        Ok(())
    }

    /// Finds the display again after displays came, went or changed; answers whether it is
    /// another now.
    fn rearrange(&mut self) -> Result<bool, Lost> {
        self.rearranged = false;
        let all = monitors(&self.connection, self.screen).map_err(|error| self.lost(&error))?;
        let id = self.id();
        let Some(now) = all.into_iter().find(|monitor| monitor.display.id == id) else {
            return Err(Lost(format!("display {id} was switched off or unplugged")));
        };
        let before = &self.monitor.display;
        let another = (before.x, before.y, before.resolution)
            != (now.display.x, now.display.y, now.display.resolution);
        self.monitor = now;
        Ok(another)
    }

    fn lost(&self, error: &ReplyError) -> Lost {
        let id = self.id();
        Lost(match error {
            ReplyError::ConnectionError(ConnectionError::IoError(error))
                if error.kind() == std::io::ErrorKind::TimedOut =>
            {
                format!("the desktop of display {id} does not answer")
            }
            ReplyError::ConnectionError(_) => format!("the desktop of display {id} is gone"),
            ReplyError::X11Error(error) => {
                format!(
                    "display {id} cannot be read any more ({:?})",
                    error.error_kind
                )
            }
        })
    }

    /// A refusal is forgiven for a while: the display may be about to change.
    fn refused(&mut self, error: &FetchError) -> Result<(), Lost> {
        match error {
            FetchError::Server(ReplyError::X11Error(refusal))
                if refusal.error_kind == ErrorKind::Match && self.refusals < REFUSALS =>
            {
                self.refusals += 1;
                self.rearranged = true;
                // What was not read now must be read then.
                self.stage = Stage::Fresh;
                Ok(())
            }
            FetchError::Server(error) => Err(self.lost(error)),
            FetchError::Memory(error) => Err(Lost(format!(
                "display {} cannot be read any more ({error})",
                self.id()
            ))),
        }
    }
}

/// Whether pixels come as blue, green, red and a byte without meaning.
fn has_known_pixels(connection: &Connection, monitor: &Monitor) -> bool {
    let setup = connection.setup();
    let screen = setup
        .roots
        .iter()
        .find(|screen| screen.root == monitor.root);
    screen.is_some_and(|screen| {
        let mut formats = setup.pixmap_formats.iter();
        let mut visuals = screen
            .allowed_depths
            .iter()
            .flat_map(|depth| &depth.visuals);
        setup.image_byte_order == ImageOrder::LSB_FIRST
            && formats
                .any(|format| format.depth == screen.root_depth && format.bits_per_pixel == 32)
            && visuals.any(|visual| {
                visual.visual_id == screen.root_visual
                    && (visual.red_mask, visual.blue_mask) == (0xff_0000, 0xff)
            })
    })
}

impl FrameSource for X11 {
    fn extent(&self) -> Resolution {
        self.monitor.display.resolution
    }

    fn look(&mut self) -> Result<Look, Lost> {
        self.hear().map_err(|error| self.lost(&error.into()))?;
        if self.rearranged && self.rearrange()? {
            self.stage = Stage::Watching;
            self.watch.forget();
            return Ok(Look::Resized);
        }
        let all = Area::whole(self.extent());
        if matches!(self.stage, Stage::Fresh) {
            self.stage = Stage::Watching;
            self.watch.forget();
            return Ok(Look::Changed(vec![all]));
        }
        let origin = self.origin();
        let watched = self
            .watch
            .changes(&self.connection, &mut self.way, &self.monitor, origin);
        match watched {
            Ok(areas) if self.read_at.elapsed() >= AGAIN_EVERY && self.watch.may_miss() => {
                self.read_at = Instant::now();
                Ok(if areas.is_empty() {
                    Look::Unsure(vec![all])
                } else {
                    Look::Changed(vec![all])
                })
            }
            Ok(areas) => Ok(Look::Changed(areas)),
            Err(error) => self.refused(&error).map(|()| Look::Changed(Vec::new())),
        }
    }

    fn read(&mut self, area: Area, take: &mut Taker<'_>) -> Result<(), Lost> {
        if self.watch.show(area, self.monitor.display.resolution, take) {
            return Ok(());
        }
        let origin = self.origin();
        let (connection, root) = (&self.connection, self.monitor.root);
        match self.way.fetch(connection, root, origin, area, take) {
            Ok(()) => {
                self.refusals = 0;
                Ok(())
            }
            Err(error) => self.refused(&error),
        }
    }

    fn pointer(&mut self) -> Result<Option<Pointer>, Lost> {
        let origin = self.origin();
        let Some(pointer) = &mut self.pointer else {
            return Ok(None);
        };
        let found = pointer.look(&self.connection, self.monitor.root, origin);
        found.map_err(|error| self.lost(&error))
    }
}
