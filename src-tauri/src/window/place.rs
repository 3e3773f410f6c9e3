//! Where windows appear: on the monitor that holds the pointer, the request window in its middle, the
//! indicator at its top.

use tauri::{
    LogicalSize, Manager as _, Monitor, PhysicalPosition, PhysicalRect, PhysicalSize, WebviewWindow,
};

/// What a window manager may add to a window's height.
const FRAME: u32 = 48;

/// Moves a window there, where the desktop lets windows choose. A window that was never shown may
/// not know its size; it is taken to be `usual`. It may grow downwards up to `most`, for which there is
/// room where the monitor has it; on a small one its page stops it before the edge.
pub(super) fn centre(
    window: &WebviewWindow,
    usual: LogicalSize<f64>,
    most: LogicalSize<f64>,
) -> tauri::Result<()> {
    let Some(monitor) = looked_at(window)? else {
        return Ok(());
    };
    let size = size(window, &monitor, usual)?;
    let most = most.to_physical(monitor.scale_factor());
    window.set_position(middle(monitor.work_area(), size, most))
}

/// Moves a window to the middle of the upper edge, where the desktop lets windows choose.
pub(super) fn at_the_top(window: &WebviewWindow, usual: LogicalSize<f64>) -> tauri::Result<()> {
    let Some(monitor) = looked_at(window)? else {
        return Ok(());
    };
    let area = monitor.work_area();
    let size = size(window, &monitor, usual)?;
    window.set_position(PhysicalPosition::new(
        along(area.position.x, area.size.width, size.width),
        area.position.y,
    ))
}

/// The monitor that the person is looking at, as far as anybody knows.
fn looked_at(window: &WebviewWindow) -> tauri::Result<Option<Monitor>> {
    let app = window.app_handle();
    let pointer = app.cursor_position()?;
    match app.monitor_from_point(pointer.x, pointer.y)? {
        Some(monitor) => Ok(Some(monitor)),
        None => app.primary_monitor(),
    }
}

fn size(
    window: &WebviewWindow,
    monitor: &Monitor,
    usual: LogicalSize<f64>,
) -> tauri::Result<PhysicalSize<u32>> {
    let known = window.outer_size()?;
    Ok(if known.width == 0 {
        usual.to_physical(monitor.scale_factor())
    } else {
        known
    })
}

fn middle(
    area: &PhysicalRect<i32, u32>,
    size: PhysicalSize<u32>,
    most: PhysicalSize<u32>,
) -> PhysicalPosition<i32> {
    let (start, stretch) = (area.position.y, area.size.height);
    let top = along(start, stretch, size.height);
    let roomy = end_at(start, stretch, most.height + FRAME);
    // At the very edge it would look like a bar of the desktop.
    let high = start.midpoint(top);
    PhysicalPosition::new(
        along(area.position.x, area.size.width, size.width),
        top.min(roomy).max(high),
    )
}

/// The start of a piece that lies in the middle of a stretch, or at its start if it is too long.
fn along(start: i32, stretch: u32, piece: u32) -> i32 {
    let rest = stretch.saturating_sub(piece) / 2;
    start.saturating_add(i32::try_from(rest).unwrap_or(i32::MAX))
}

/// The start of a piece that ends where a stretch does, or that begins with it if it is too long.
fn end_at(start: i32, stretch: u32, piece: u32) -> i32 {
    start.saturating_add(i32::try_from(stretch.saturating_sub(piece)).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(area: (i32, i32, u32, u32), size: (u32, u32), at: (i32, i32)) {
        let area = PhysicalRect {
            position: (area.0, area.1).into(),
            size: (area.2, area.3).into(),
        };
        let most = PhysicalSize::new(720, 760);
        assert_eq!(middle(&area, size.into(), most), at.into(), "{area:?}");
    }

    #[test]
    fn a_window_lies_in_the_middle_of_its_monitor() {
        check((0, 0, 2560, 1440), (480, 420), (1040, 510));
        check((-1280, 200, 1280, 1440), (480, 420), (-880, 710));
    }

    #[test]
    fn a_window_begins_high_enough_to_grow() {
        check((0, 0, 1920, 1080), (480, 420), (720, 272));
        check((0, 0, 1366, 900), (480, 420), (443, 120));
        check((0, 30, 1280, 770), (480, 420), (400, 117));
    }

    #[test]
    fn a_window_that_does_not_fit_begins_where_the_monitor_does() {
        check((100, 50, 300, 200), (480, 420), (100, 50));
    }
}
