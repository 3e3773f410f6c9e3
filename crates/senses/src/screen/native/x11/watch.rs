//! What changed on an X server's display: as the server says, or by comparing.

use chaperone_protocol::Resolution;
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    errors::ReplyError,
    protocol::{
        damage::{self, ConnectionExt as _, Damage, ReportLevel},
        xfixes::{self, ConnectionExt as _, Region},
        xproto::ConnectionExt as _,
    },
};

use super::{
    connection::Connection,
    memory::{FetchError, Way},
    monitors::Monitor,
    scrapped::Scrapped,
};
use crate::screen::{area::Area, compare::Compared, source::Taker};

/// How changes are found.
pub(super) enum Watch {
    /// The server tells.
    Told {
        damage: Damage,
        region: Region,
        /// Whether there is something to ask for.
        pending: bool,
    },
    /// A copy of what was there is compared with what is there.
    Compared {
        server: Option<String>,
        compared: Compared,
        pictures: Pictures,
    },
}

/// Where the pictures to compare come from.
pub(super) enum Pictures {
    /// Which way there is will be known when the first was read.
    Unknown,
    /// Each is asked for ahead of time.
    Scrapped(Scrapped),
    /// Each is read when it is wanted.
    Read,
}

impl Watch {
    pub(super) fn open(
        connection: &Connection,
        server: Option<&str>,
        monitor: &Monitor,
    ) -> Result<Self, ReplyError> {
        for name in [damage::X11_EXTENSION_NAME, xfixes::X11_EXTENSION_NAME] {
            if connection.extension_information(name)?.is_none() {
                return Ok(Self::comparing(server));
            }
        }
        connection.xfixes_query_version(5, 0)?.reply()?;
        connection.damage_query_version(1, 1)?.reply()?;
        let id = |_| x11rb::errors::ConnectionError::UnknownError;
        let damage = connection.generate_id().map_err(id)?;
        let region = connection.generate_id().map_err(id)?;
        connection.xfixes_create_region(region, &[])?;
        connection.damage_create(damage, monitor.root, ReportLevel::NON_EMPTY)?;
        Ok(Self::Told {
            damage,
            region,
            pending: false,
        })
    }

    /// By comparing, whatever the server may tell.
    pub(super) fn comparing(server: Option<&str>) -> Self {
        Self::Compared {
            server: server.map(ToOwned::to_owned),
            compared: Compared::default(),
            pictures: Pictures::Unknown,
        }
    }

    /// The server said that something changed.
    pub(super) fn damaged(&mut self) {
        if let Self::Told { pending, .. } = self {
            *pending = true;
        }
    }

    /// Everything is going to be read, whatever changed.
    pub(super) fn forget(&mut self) {
        match self {
            // What was told until now is to be cleared, or nothing new is told.
            Self::Told { pending, .. } => *pending = true,
            Self::Compared { compared, .. } => *compared = Compared::default(),
        }
    }

    /// Whether a change may go unnoticed.
    pub(super) fn may_miss(&self) -> bool {
        matches!(self, Self::Told { .. })
    }

    /// What changed since it was last asked.
    pub(super) fn changes(
        &mut self,
        connection: &Connection,
        way: &mut Way,
        monitor: &Monitor,
        origin: (i32, i32),
    ) -> Result<Vec<Area>, FetchError> {
        let extent = monitor.display.resolution;
        match self {
            Self::Told { pending: false, .. } => Ok(Vec::new()),
            Self::Told {
                damage,
                region,
                pending,
            } => {
                *pending = false;
                connection.damage_subtract(*damage, x11rb::NONE, *region)?;
                let told = connection.xfixes_fetch_region(*region)?.reply()?;
                let areas = told.rectangles.into_iter().filter_map(|told| {
                    let (x, y) = (
                        i64::from(told.x) - i64::from(origin.0),
                        i64::from(told.y) - i64::from(origin.1),
                    );
                    let to = (x + i64::from(told.width), y + i64::from(told.height));
                    Area::between((x, y), to, extent)
                });
                Ok(areas.collect())
            }
            Self::Compared {
                server,
                compared,
                pictures,
            } => {
                pictures.settle(connection, server.as_deref(), monitor, way)?;
                let mut changed = Vec::new();
                compared.hold(extent);
                if let Pictures::Scrapped(scrapped) = pictures {
                    compared.compare(scrapped.frame(), &mut changed);
                    return Ok(changed);
                }
                let all = Area::whole(extent);
                way.fetch(connection, monitor.root, origin, all, &mut |piece| {
                    compared.compare(piece, &mut changed);
                })?;
                Ok(changed)
            }
        }
    }

    /// Hands over what was read for comparison; answers whether there was such a thing.
    pub(super) fn show(&self, area: Area, extent: Resolution, take: &mut Taker<'_>) -> bool {
        match self {
            Self::Told { .. } => false,
            Self::Compared { compared, .. } => compared.show(area, extent, take),
        }
    }
}

impl Pictures {
    /// Finds the way for a display, and whether it may be asked now. One that does not share this
    /// computer's memory is read over the wire, and so is nothing to ask ahead for.
    fn settle(
        &mut self,
        connection: &Connection,
        server: Option<&str>,
        monitor: &Monitor,
        way: &Way,
    ) -> Result<(), ReplyError> {
        if matches!(self, Self::Read) {
            return Ok(());
        }
        // A server that hangs is found out here, where it is not waited for for ever.
        if let Err(error) = answers(connection) {
            if let Self::Scrapped(scrapped) = std::mem::replace(self, Self::Read) {
                scrapped.abandon();
            }
            return Err(error);
        }
        let shown = matches!(self, Self::Scrapped(scrapped) if scrapped.shows(monitor));
        if !shown {
            let shared = way.is_shared();
            let scrapped = shared.then(|| Scrapped::open(server, monitor)).flatten();
            *self = scrapped.map_or(Self::Read, Self::Scrapped);
        }
        Ok(())
    }
}

fn answers(connection: &Connection) -> Result<(), ReplyError> {
    connection.get_input_focus()?.reply()?;
    Ok(())
}
