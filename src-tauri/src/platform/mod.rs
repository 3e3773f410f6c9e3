//! What differs between systems, and nothing else.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
pub(crate) use linux::find_screen;
#[cfg(unix)]
pub(crate) use unix::asked_to_end;
#[cfg(windows)]
pub(crate) use windows::asked_to_end;

use std::{path::Path, process::Stdio};

use tauri::{LogicalSize, WebviewWindow};
use tokio_util::task::TaskTracker;

/// Prepares the process. Called first, while it has one thread.
pub(crate) fn prepare() {
    #[cfg(target_os = "linux")]
    linux::draw_without_graphics_card();
}

/// Whether a window that wants to stay above all others does. Where it may not, it can be covered.
pub(crate) fn keeps_windows_on_top() -> bool {
    #[cfg(target_os = "linux")]
    return !linux::speaks_wayland();
    #[cfg(not(target_os = "linux"))]
    true
}

/// Has a window's page loaded again when the process that draws it ends; on Linux, where one process
/// draws them all.
pub(crate) fn revive(window: &WebviewWindow) {
    #[cfg(target_os = "linux")]
    linux::revive(window);
    #[cfg(not(target_os = "linux"))]
    let _ = window;
}

/// Gives a window that is not resized by hand its size. Called by the main thread.
pub(crate) fn fix_size(window: &WebviewWindow, size: LogicalSize<f64>) -> tauri::Result<()> {
    #[cfg(target_os = "linux")]
    return linux::fix_size(window, size);
    #[cfg(not(target_os = "linux"))]
    window.set_size(size)
}

/// Whether anything on this desktop shows the icons of a tray.
pub(crate) fn shows_trays() -> impl Future<Output = bool> + Send {
    #[cfg(target_os = "linux")]
    return linux::shows_trays();
    #[cfg(not(target_os = "linux"))]
    std::future::ready(true)
}

/// Opens a folder in whatever shows folders here.
pub(crate) fn open_folder(folder: &Path, tasks: &TaskTracker) -> std::io::Result<()> {
    const OPENER: &str = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let mut opener = tokio::process::Command::new(OPENER)
        .arg(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    // Some last as long as the folder is open.
    tasks.spawn(async move {
        if let Err(error) = opener.wait().await {
            tracing::debug!(%error, "what opens folders is lost");
        }
    });
    Ok(())
}

/// Tells the person something when there is no window of ours to tell it in, where there is a screen.
/// Called by the main thread.
pub(crate) fn tell(title: &str, text: &str) {
    #[cfg(target_os = "linux")]
    linux::tell(title, text);
    #[cfg(not(target_os = "linux"))]
    rfd::MessageDialog::new()
        .set_level(rfd::MessageLevel::Error)
        .set_title(title)
        .set_description(text)
        .show();
}
