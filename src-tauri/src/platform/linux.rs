//! `WebKit`'s and GTK's manners on Linux.

use std::{cell::Cell, env};

use anyhow::{Context as _, Result};
use gtk::prelude::{DialogExt as _, GtkWindowExt as _, WidgetExt as _};
use tauri::{LogicalSize, WebviewWindow};
use webkit2gtk::WebViewExt as _;
use x11rb::protocol::xproto::ConnectionExt as _;

/// Either makes `WebKit` draw with the processor; whoever set one has chosen.
const WEBKIT: &[&str] = &[
    "WEBKIT_DISABLE_DMABUF_RENDERER",
    "WEBKIT_DISABLE_COMPOSITING_MODE",
];
/// The same of GTK.
const GTK: &[&str] = &["GDK_GL"];

/// Makes `WebKit` and GTK draw with the processor. These pages are text and buttons: loading the
/// graphics stack would cost a request 80 ms and each window 55 MB, and it is what leaves windows
/// blank with some drivers. GTK alone would load it, 30 MB, to choose how its first window looks.
#[expect(
    unsafe_code,
    reason = "WebKit's only other switch comes too late, after its first page, and GTK has none"
)]
pub(crate) fn draw_without_graphics_card() {
    for (choices, value) in [(WEBKIT, "1"), (GTK, "disable")] {
        let [first, ..] = choices else { continue };
        if choices.iter().all(|choice| env::var_os(choice).is_none()) {
            // SAFETY: called first in `run`, before the runtime and GTK start any thread.
            unsafe { env::set_var(first, value) };
        }
    }
}

/// Fails where there is nothing to show a window on, of which GTK would end the program later. Called
/// by the main thread.
pub(crate) fn find_screen() -> Result<()> {
    gtk::init().context(
        "there is no screen to show a window on: start it from a desktop, or use chaperone-headless, \
         which needs none",
    )
}

pub(crate) fn tell(title: &str, text: &str) {
    if gtk::init().is_err() {
        return;
    }
    let (nothing, close) = (gtk::DialogFlags::empty(), gtk::ButtonsType::Close);
    let message = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        nothing,
        gtk::MessageType::Error,
        close,
        text,
    );
    message.set_title(title);
    message.run();
}

/// GTK gives a window that cannot be resized what its content asks for, and ours asks for nothing.
pub(crate) fn fix_size(window: &WebviewWindow, size: LogicalSize<f64>) -> tauri::Result<()> {
    let LogicalSize { width, height } = size.cast::<i32>();
    window.gtk_window()?.set_size_request(width, height);
    Ok(())
}

/// A page whose process ended so often is left alone.
const REVIVALS: u8 = 3;

pub(crate) fn revive(window: &WebviewWindow) {
    let heard = window.with_webview(|page| {
        let left = Cell::new(REVIVALS);
        page.inner()
            .connect_web_process_terminated(move |page, why| {
                tracing::warn!(?why, "a page's process ended");
                if left.get() > 0 {
                    left.set(left.get() - 1);
                    // One that crashed before it came has nothing to load again.
                    match page.uri() {
                        Some(uri) => page.load_uri(&uri),
                        None => page.reload(),
                    }
                }
            });
    });
    if let Err(error) = heard {
        tracing::warn!(%error, "nobody hears it if a page's process ends");
    }
}

/// Whether the windows are Wayland's, chosen the way GTK chooses.
pub(crate) fn speaks_wayland() -> bool {
    let said = |name| env::var(name).unwrap_or_default();
    chooses_wayland(&said("GDK_BACKEND"), &said("WAYLAND_DISPLAY"))
}

/// Icons are shown by whoever has this name on the bus, or by whoever holds this of the screen.
const TRAY_ON_BUS: &str = "org.kde.StatusNotifierWatcher";
const TRAY_ON_SCREEN: &[u8] = b"_NET_SYSTEM_TRAY_S0";

pub(crate) async fn shows_trays() -> bool {
    if tray_on_bus().await.unwrap_or(false) {
        return true;
    }
    let asked = tokio::task::spawn_blocking(tray_on_screen).await;
    matches!(asked, Ok(Some(true)))
}

async fn tray_on_bus() -> zbus::Result<bool> {
    let bus = zbus::Connection::session().await?;
    let names = zbus::fdo::DBusProxy::new(&bus).await?;
    Ok(names.name_has_owner(TRAY_ON_BUS.try_into()?).await?)
}

fn tray_on_screen() -> Option<bool> {
    let (connection, _) = x11rb::rust_connection::RustConnection::connect(None).ok()?;
    let atom = connection.intern_atom(false, TRAY_ON_SCREEN).ok()?;
    let atom = atom.reply().ok()?.atom;
    let owner = connection.get_selection_owner(atom).ok()?.reply().ok()?;
    Some(owner.owner != x11rb::NONE)
}

fn chooses_wayland(backends: &str, display: &str) -> bool {
    let first = backends.split(',').find(|name| !name.is_empty());
    match first {
        None | Some("*" | "wayland") => !display.is_empty(),
        Some(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_is_told_by_what_gtk_goes_by() {
        assert!(chooses_wayland("", "wayland-0"));
        assert!(chooses_wayland("wayland,x11", "wayland-0"));
        assert!(!chooses_wayland("", ""));
        assert!(!chooses_wayland("x11", "wayland-0"));
        assert!(!chooses_wayland("x11,*", "wayland-0"));
        assert!(!chooses_wayland("wayland", ""));
    }
}
