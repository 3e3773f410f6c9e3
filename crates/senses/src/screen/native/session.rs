//! Desktops of Linux and its relatives: which kind this session has.

use std::{env, path::PathBuf};

use super::{
    wayland::{self, Consent, Cursor, Wayland},
    x11::{self, X11},
};
use crate::{
    SenseError,
    screen::{
        Display, Picture, PictureWish, PointerIs,
        picture::Pixels,
        recording::{Opener, Stop},
        source::{FrameSource, Lost},
    },
};

/// Which desktop is meant, and what its person has agreed to.
#[derive(Debug, Clone)]
pub(super) struct Desktop {
    place: Place,
    consent: Consent,
}

#[derive(Debug, Clone)]
enum Place {
    /// The one this process belongs to.
    Session,
    /// That of an X server.
    XServer(String),
    /// That of a Wayland compositor.
    Wayland(wayland::Session),
}

/// How a desktop is spoken to.
enum Way {
    X11(Option<String>),
    Wayland(wayland::Session),
}

impl Desktop {
    /// The desktop that this process belongs to.
    pub(super) fn session() -> Self {
        Self::at(Place::Session)
    }

    pub(super) fn x_server(name: String) -> Self {
        Self::at(Place::XServer(name))
    }

    pub(super) fn wayland(socket: PathBuf, bus: String) -> Self {
        Self::at(Place::Wayland(wayland::Session {
            socket,
            bus: Some(bus),
        }))
    }

    fn at(place: Place) -> Self {
        Self {
            place,
            consent: Consent::default(),
        }
    }

    fn way(&self) -> Way {
        match &self.place {
            Place::XServer(name) => Way::X11(Some(name.clone())),
            Place::Wayland(session) => Way::Wayland(session.clone()),
            // An X server inside a Wayland session shows nothing of it but its own windows.
            Place::Session => match wayland_socket() {
                Some(socket) => Way::Wayland(wayland::Session { socket, bus: None }),
                None => Way::X11(None),
            },
        }
    }

    /// Whether the desktop asks the person each time.
    pub(super) fn asks_the_person(&self) -> bool {
        matches!(self.way(), Way::Wayland(_))
    }

    pub(super) fn displays(&self) -> Result<Vec<Display>, SenseError> {
        match self.way() {
            Way::X11(server) => x11::displays(server.as_deref()),
            Way::Wayland(session) => wayland::displays(&session),
        }
    }

    pub(super) fn picture(&self, wish: &PictureWish) -> Result<Picture, SenseError> {
        let asked = wish.display.as_deref();
        let lost = |lost: Lost| SenseError::Unavailable(lost.0);
        let (pixels, id) = match self.way() {
            Way::X11(server) => {
                let mut source = X11::open(server.as_deref(), asked, None)?;
                let pointer = match wish.pointer {
                    PointerIs::LeftOut => None,
                    PointerIs::Drawn => source.pointer().map_err(lost)?,
                };
                let pixels = Pixels::of(&mut source, pointer.as_ref()).map_err(lost)?;
                (pixels, source.id().to_owned())
            }
            Way::Wayland(session) => {
                let cursor = match wish.pointer {
                    PointerIs::LeftOut => Cursor::LeftOut,
                    PointerIs::Drawn => Cursor::Drawn,
                };
                let mut source = Wayland::open(&session, &self.consent, asked, cursor, None)?;
                let pixels = Pixels::of(&mut source, None).map_err(lost)?;
                (pixels, source.id().to_owned())
            }
        };
        pixels.encode(wish.at_most, wish.format, id)
    }

    pub(super) fn opener(&self, display: Option<String>) -> Opener {
        let desktop = self.clone();
        Box::new(move |stop| desktop.open(display.as_deref(), stop))
    }

    fn open(&self, asked: Option<&str>, stop: &Stop) -> Result<Box<dyn FrameSource>, SenseError> {
        Ok(match self.way() {
            Way::X11(server) => Box::new(X11::open(server.as_deref(), asked, Some(stop))?),
            Way::Wayland(session) => {
                let (consent, cursor) = (&self.consent, Cursor::Drawn);
                Box::new(Wayland::open(&session, consent, asked, cursor, Some(stop))?)
            }
        })
    }
}

/// The socket of the compositor that this process belongs to, if it does.
fn wayland_socket() -> Option<PathBuf> {
    let name = env::var_os("WAYLAND_DISPLAY").filter(|name| !name.is_empty())?;
    // Without a path it lies where everything of the session does.
    let folder = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    Some(folder.unwrap_or_default().join(name))
}
