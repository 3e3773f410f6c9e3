//! Which displays an X server has.

use chaperone_protocol::Resolution;
use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    errors::ReplyError,
    protocol::{
        randr::{self, ConnectionExt as _},
        xproto::{ConnectionExt as _, Window},
    },
};

use super::connection::Connection;
use crate::screen::Display;

/// A display, and the window that shows it all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Monitor {
    pub(super) display: Display,
    pub(super) root: Window,
}

/// All of them, those of the default screen first. A server's further screens are desktops of
/// their own, whose displays' ids begin with the screen's number.
pub(super) fn monitors(
    connection: &Connection,
    default: usize,
) -> Result<Vec<Monitor>, ReplyError> {
    let screens = connection.setup().roots.len();
    let others = (0..screens).filter(|screen| *screen != default);
    let mut monitors = Vec::new();
    for screen in std::iter::once(default).chain(others) {
        let prefix = if screen == default {
            String::new()
        } else {
            format!("{screen}:")
        };
        monitors.extend(of_screen(connection, screen, &prefix)?);
    }
    // One is the primary, whether the person has said so or not.
    let mut found = false;
    for monitor in &mut monitors {
        monitor.display.primary &= !found;
        found |= monitor.display.primary;
    }
    if let Some(first) = monitors.first_mut()
        && !found
    {
        first.display.primary = true;
    }
    Ok(monitors)
}

fn of_screen(
    connection: &Connection,
    screen: usize,
    prefix: &str,
) -> Result<Vec<Monitor>, ReplyError> {
    let Some(screen) = connection.setup().roots.get(screen) else {
        return Ok(Vec::new());
    };
    let root = screen.root;
    if connection
        .extension_information(randr::X11_EXTENSION_NAME)?
        .is_some()
    {
        let version = connection.randr_query_version(1, 5)?.reply()?;
        if (version.major_version, version.minor_version) >= (1, 5) {
            return of_randr(connection, root, prefix);
        }
    }
    let now = connection.get_geometry(root)?.reply()?;
    let name = format!("{prefix}screen");
    Ok(vec![Monitor {
        display: Display {
            id: name.clone(),
            name,
            x: 0,
            y: 0,
            resolution: Resolution {
                width: now.width.into(),
                height: now.height.into(),
            },
            primary: false,
        },
        root,
    }])
}

fn of_randr(
    connection: &Connection,
    root: Window,
    prefix: &str,
) -> Result<Vec<Monitor>, ReplyError> {
    let found = connection.randr_get_monitors(root, true)?.reply()?;
    found
        .monitors
        .into_iter()
        .filter(|monitor| monitor.width > 0 && monitor.height > 0)
        .map(|monitor| {
            let name = connection.get_atom_name(monitor.name)?.reply()?.name;
            let name = String::from_utf8_lossy(&name).into_owned();
            Ok(Monitor {
                display: Display {
                    id: format!("{prefix}{name}"),
                    name,
                    x: monitor.x.into(),
                    y: monitor.y.into(),
                    resolution: Resolution {
                        width: monitor.width.into(),
                        height: monitor.height.into(),
                    },
                    primary: monitor.primary,
                },
                root,
            })
        })
        .collect()
}
