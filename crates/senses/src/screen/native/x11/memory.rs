//! How pixels come from an X server: through memory that both see, or else over the wire.
//!
//! The memory is read as a file rather than mapped: that copies in a few nanoseconds more, and no
//! access to it can go wrong when the other side cuts it short.

use std::{fs::File, os::unix::fs::FileExt as _};

use rustix::fs::{MemfdFlags, memfd_create};
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    errors::ReplyError,
    protocol::{
        shm::{self, ConnectionExt as _, Seg},
        xproto::{ConnectionExt as _, ImageFormat, Window},
    },
};

use super::connection::Connection;
use crate::screen::{
    area::Area,
    source::{PIXEL_BYTES, Piece, Taker},
};

/// So many bytes are taken out at a time: they stay in the processor's cache until used.
const PIECE_BYTES: usize = 256 * 1024;

/// Over the wire so many are asked for at a time.
const WIRE_BYTES: usize = 1024 * 1024;

/// What keeps pixels from coming.
#[derive(Debug, thiserror::Error)]
pub(super) enum FetchError {
    #[error(transparent)]
    Server(#[from] ReplyError),
    #[error(transparent)]
    Memory(#[from] std::io::Error),
}

impl From<x11rb::errors::ConnectionError> for FetchError {
    fn from(error: x11rb::errors::ConnectionError) -> Self {
        Self::Server(error.into())
    }
}

/// The way pixels come.
#[derive(Debug)]
pub(super) enum Way {
    Shared(Shared),
    Wire,
}

#[derive(Debug)]
pub(super) struct Shared {
    file: File,
    segment: Seg,
    bytes: usize,
    piece: Vec<u8>,
}

impl Way {
    /// The shared one where the server has it, which one on another computer has not.
    pub(super) fn open(connection: &Connection) -> Self {
        match Shared::possible(connection) {
            Ok(true) => Self::Shared(Shared {
                file: match empty() {
                    Ok(file) => file,
                    Err(_) => return Self::Wire,
                },
                segment: x11rb::NONE,
                bytes: 0,
                piece: Vec::new(),
            }),
            Ok(false) | Err(_) => Self::Wire,
        }
    }

    /// Whether the server has taken memory of this computer.
    pub(super) fn is_shared(&self) -> bool {
        matches!(self, Self::Shared(shared) if shared.segment != x11rb::NONE)
    }

    /// Hands over an area of the display that begins at `origin` of the root window.
    pub(super) fn fetch(
        &mut self,
        connection: &Connection,
        root: Window,
        origin: (i32, i32),
        area: Area,
        take: &mut Taker<'_>,
    ) -> Result<(), FetchError> {
        if let Self::Shared(shared) = self {
            match shared.fetch(connection, root, origin, area, take) {
                // A server that refuses the memory itself still answers over the wire.
                Err(FetchError::Memory(_)) => *self = Self::Wire,
                other => return other,
            }
        }
        over_the_wire(connection, root, origin, area, take)
    }
}

fn empty() -> std::io::Result<File> {
    let memory = memfd_create("chaperone-display", MemfdFlags::CLOEXEC)?;
    Ok(File::from(memory))
}

impl Shared {
    /// Memory is handed over as an open file, which needs a socket of this computer.
    fn possible(connection: &Connection) -> Result<bool, ReplyError> {
        if connection
            .extension_information(shm::X11_EXTENSION_NAME)?
            .is_none()
        {
            return Ok(false);
        }
        let version = connection.shm_query_version()?.reply()?;
        Ok((version.major_version, version.minor_version) >= (1, 2))
    }

    /// Makes it large enough.
    fn hold(&mut self, connection: &Connection, bytes: usize) -> Result<(), FetchError> {
        if self.bytes >= bytes && self.segment != x11rb::NONE {
            return Ok(());
        }
        if self.segment != x11rb::NONE {
            connection.shm_detach(self.segment)?;
            self.segment = x11rb::NONE;
        }
        self.file = empty()?;
        self.file
            .set_len(u64::try_from(bytes).unwrap_or(u64::MAX))?;
        let segment = connection.generate_id().map_err(std::io::Error::other)?;
        let handed = self.file.try_clone()?;
        connection
            .shm_attach_fd(segment, std::os::fd::OwnedFd::from(handed), false)?
            .check()
            .map_err(|error| match error {
                ReplyError::X11Error(_) => FetchError::Memory(std::io::Error::other("refused")),
                error @ ReplyError::ConnectionError(_) => FetchError::Server(error),
            })?;
        self.segment = segment;
        self.bytes = bytes;
        Ok(())
    }

    fn fetch(
        &mut self,
        connection: &Connection,
        root: Window,
        origin: (i32, i32),
        area: Area,
        take: &mut Taker<'_>,
    ) -> Result<(), FetchError> {
        let stride = area.width * PIXEL_BYTES;
        self.hold(connection, stride * area.height)?;
        let (x, y) = place(origin, area);
        connection
            .shm_get_image(
                root,
                x,
                y,
                short(area.width),
                short(area.height),
                !0,
                ImageFormat::Z_PIXMAP.into(),
                self.segment,
                0,
            )?
            .reply()?;
        let mut offset = 0;
        for piece in pieces(area, PIECE_BYTES) {
            let bytes = stride * piece.height;
            self.piece.resize(bytes.max(self.piece.len()), 0);
            let pixels = self.piece.get_mut(..bytes).unwrap_or_default();
            self.file.read_exact_at(pixels, offset)?;
            offset += u64::try_from(bytes).unwrap_or(u64::MAX);
            take(Piece {
                area: piece,
                pixels,
                stride,
            });
        }
        Ok(())
    }
}

fn over_the_wire(
    connection: &Connection,
    root: Window,
    origin: (i32, i32),
    area: Area,
    take: &mut Taker<'_>,
) -> Result<(), FetchError> {
    for piece in pieces(area, WIRE_BYTES) {
        let (x, y) = place(origin, piece);
        let (width, height) = (short(piece.width), short(piece.height));
        let image = connection
            .get_image(ImageFormat::Z_PIXMAP, root, x, y, width, height, !0)?
            .reply()?;
        take(Piece {
            area: piece,
            pixels: &image.data,
            stride: piece.width * PIXEL_BYTES,
        });
    }
    Ok(())
}

/// An area in parts of full width and an even number of rows.
fn pieces(area: Area, bytes: usize) -> impl Iterator<Item = Area> {
    let rows = (bytes / (area.width * PIXEL_BYTES).max(1)).max(2) & !1;
    (0..area.height).step_by(rows).map(move |from| Area {
        y: area.y + from,
        height: rows.min(area.height - from),
        ..area
    })
}

fn place(origin: (i32, i32), area: Area) -> (i16, i16) {
    let at = |origin: i32, inside: usize| {
        let inside = i32::try_from(inside).unwrap_or(i32::MAX);
        i16::try_from(origin.saturating_add(inside)).unwrap_or(i16::MAX)
    };
    (at(origin.0, area.x), at(origin.1, area.y))
}

fn short(side: usize) -> u16 {
    u16::try_from(side).unwrap_or(u16::MAX)
}
