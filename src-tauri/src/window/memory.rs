//! Where the panel stood and how large it was, for the next time it is opened.

use std::{fs, io, path::Path};

use serde::{Deserialize, Serialize};
use tauri::{Monitor, PhysicalPosition, PhysicalSize, WebviewWindow};

const FILE: &str = "panel.json";
/// A window of which less than this is on a screen cannot be taken hold of.
const HANDLE: i64 = 80;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Frame {
    x: i32,
    y: i32,
    width: u32,
    height: u32,
    maximized: bool,
}

/// Puts a window that is not shown yet where it was, if that is still on a screen.
pub(super) fn restore(window: &WebviewWindow, data_dir: &Path) -> tauri::Result<()> {
    let Some(frame) = read(data_dir) else {
        return Ok(());
    };
    let screens: Vec<_> = window.available_monitors()?.iter().map(area).collect();
    if !screens.iter().any(|screen| frame.is_within_reach(*screen)) {
        return Ok(());
    }
    window.set_size(PhysicalSize::new(frame.width, frame.height))?;
    window.set_position(PhysicalPosition::new(frame.x, frame.y))?;
    if frame.maximized {
        window.maximize()?;
    }
    Ok(())
}

/// Remembers where a window is.
pub(super) fn keep(window: &WebviewWindow, data_dir: &Path) -> tauri::Result<()> {
    let before = read(data_dir);
    let (place, size) = (window.outer_position()?, window.inner_size()?);
    let maximized = window.is_maximized()?;
    let frame = match before {
        // It goes back to the size that it had before.
        Some(before) if maximized => Frame {
            maximized,
            ..before
        },
        _ => Frame {
            x: place.x,
            y: place.y,
            width: size.width,
            height: size.height,
            maximized,
        },
    };
    if before != Some(frame)
        && let Err(error) = write(data_dir, frame)
    {
        tracing::debug!(%error, "where the panel stood is not kept");
    }
    Ok(())
}

fn read(data_dir: &Path) -> Option<Frame> {
    let text = fs::read_to_string(data_dir.join(FILE)).ok()?;
    serde_json::from_str(&text).ok()
}

fn write(data_dir: &Path, frame: Frame) -> io::Result<()> {
    fs::write(data_dir.join(FILE), serde_json::to_vec(&frame)?)
}

/// A screen: left, top, right, bottom.
type Area = (i64, i64, i64, i64);

fn area(monitor: &Monitor) -> Area {
    let (place, size) = (monitor.position(), monitor.size());
    let (left, top) = (i64::from(place.x), i64::from(place.y));
    (
        left,
        top,
        left + i64::from(size.width),
        top + i64::from(size.height),
    )
}

impl Frame {
    /// Whether enough of its upper edge is on a screen.
    fn is_within_reach(self, (left, top, right, bottom): Area) -> bool {
        let (x, y) = (i64::from(self.x), i64::from(self.y));
        let seen = (x + i64::from(self.width)).min(right) - x.max(left);
        seen >= HANDLE && y >= top && y + HANDLE <= bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panel_that_nobody_could_take_hold_of_is_not_put_there() {
        let screen = (0, 0, 1920, 1080);
        let at = |x, y| Frame {
            x,
            y,
            width: 1040,
            height: 720,
            maximized: false,
        };
        for (x, y) in [(0, 0), (440, 180), (-900, 300), (1800, 900)] {
            assert!(at(x, y).is_within_reach(screen), "{x} {y}");
        }
        for (x, y) in [
            (-1000, 0),
            (1900, 0),
            (0, -40),
            (0, 1070),
            (i32::MAX, i32::MIN),
        ] {
            assert!(!at(x, y).is_within_reach(screen), "{x} {y}");
        }
    }

    #[test]
    fn what_is_kept_is_read_again_and_nonsense_is_not() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(read(folder.path()), None);
        let frame = Frame {
            x: -5,
            y: 7,
            width: 900,
            height: 600,
            maximized: true,
        };
        write(folder.path(), frame).unwrap();
        assert_eq!(read(folder.path()), Some(frame));
        fs::write(folder.path().join(FILE), "{").unwrap();
        assert_eq!(read(folder.path()), None);
    }
}
