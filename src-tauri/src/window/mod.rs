//! The two windows: how each is made, shown and left. What they show is the pages' business.

mod place;

use std::sync::atomic::{AtomicBool, Ordering};

use tauri::{
    AppHandle, LogicalSize, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent},
};

use crate::{host::Host, prompt::Notice};

/// The panel's label; its capability and its face hang on it.
pub(crate) const PANEL: &str = "panel";
/// The request window's label; its capability and its face hang on it.
pub(crate) const REQUEST: &str = "request";

const PANEL_SIZE: (f64, f64) = (1040.0, 720.0);
const PANEL_LEAST: (f64, f64) = (640.0, 480.0);
const REQUEST_SIZE: (f64, f64) = (480.0, 420.0);
/// Its page makes it as high as its text, within these.
const REQUEST_LEAST: (f64, f64) = (420.0, 240.0);
const REQUEST_MOST: (f64, f64) = (720.0, 760.0);

/// Shows the panel in front of everything, opening it if it is gone.
pub(crate) fn show_panel(app: &AppHandle) {
    let shown = match app.get_webview_window(PANEL) {
        Some(panel) => raise(&panel),
        None => open_panel(app),
    };
    if let Err(error) = shown {
        tracing::error!(%error, "the panel cannot be shown");
    }
}

/// Opens the panel; it appears when its page is there, not as an empty frame before.
pub(crate) fn open_panel(app: &AppHandle) -> tauri::Result<()> {
    let appeared = AtomicBool::new(false);
    page(app, PANEL, "index.html")
        .title("Chaperone")
        .inner_size(PANEL_SIZE.0, PANEL_SIZE.1)
        .min_inner_size(PANEL_LEAST.0, PANEL_LEAST.1)
        .center()
        .visible(false)
        .on_page_load(move |panel, load| {
            let first =
                load.event() == PageLoadEvent::Finished && !appeared.swap(true, Ordering::Relaxed);
            if first && let Err(error) = raise(&panel) {
                tracing::error!(%error, "the panel cannot be shown");
            }
        })
        .build()?;
    Ok(())
}

/// Makes the request window without showing it; its page loads meanwhile.
pub(crate) fn load_request(app: &AppHandle) -> tauri::Result<WebviewWindow> {
    page(app, REQUEST, "request.html")
        .title("Chaperone: a request")
        .inner_size(REQUEST_SIZE.0, REQUEST_SIZE.1)
        .min_inner_size(REQUEST_LEAST.0, REQUEST_LEAST.1)
        .max_inner_size(REQUEST_MOST.0, REQUEST_MOST.1)
        .maximizable(false)
        .minimizable(false)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        .visible(false)
        .build()
}

/// Shows the request window in the middle of the screen that the person is looking at.
pub(crate) fn show_request(app: &AppHandle) -> tauri::Result<()> {
    let window = match app.get_webview_window(REQUEST) {
        Some(window) => window,
        None => load_request(app)?,
    };
    place::centre(&window, REQUEST_SIZE.into(), REQUEST_MOST.into())?;
    raise(&window)
}

/// Takes the request window off the screen and keeps its page.
pub(crate) fn hide_request(app: &AppHandle) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(REQUEST) else {
        return Ok(());
    };
    window.hide()?;
    // The next request begins as if it were the first; this one may have needed more room.
    window.set_size(LogicalSize::new(REQUEST_SIZE.0, REQUEST_SIZE.1))
}

/// Lets the request window and the memory of its page go.
pub(crate) fn drop_request(app: &AppHandle) -> tauri::Result<()> {
    app.get_webview_window(REQUEST)
        .map_or(Ok(()), |window| window.destroy())
}

/// Takes every window away at once.
pub(crate) fn close_all(app: &AppHandle) {
    for window in app.webview_windows().values() {
        if let Err(error) = window.destroy() {
            tracing::debug!(%error, "a window would not go");
        }
    }
}

/// What the person or the window manager did to a window.
pub(crate) fn happened(app: &AppHandle, label: &str, event: &WindowEvent) {
    let host = app.state::<Host>();
    match (label, event) {
        // Closing the panel destroys it and its web view; the app goes on.
        (REQUEST, WindowEvent::CloseRequested { api, .. }) => {
            api.prevent_close();
            host.notice(Notice::Closed);
        }
        (_, WindowEvent::Destroyed) => {
            host.end_stream(label);
            if label == REQUEST {
                host.notice(Notice::Gone);
            }
        }
        _ => {}
    }
}

fn page<'a>(
    app: &'a AppHandle,
    label: &str,
    path: &str,
) -> WebviewWindowBuilder<'a, tauri::Wry, AppHandle> {
    let dev = tauri::is_dev()
        .then(|| app.config().build.dev_url.clone())
        .flatten();
    WebviewWindowBuilder::new(app, label, WebviewUrl::App(path.into()))
        .data_directory(app.state::<Host>().api.data_dir().join("web"))
        .on_navigation(move |url| is_own(url, dev.as_ref()))
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        .disable_drag_drop_handler()
        .devtools(cfg!(debug_assertions))
}

/// Whether an address is one of the app's own pages; a window goes nowhere else.
fn is_own(url: &Url, dev: Option<&Url>) -> bool {
    let origin = (url.scheme(), url.host_str(), url.port());
    match origin {
        ("tauri", Some("localhost"), None) => cfg!(not(windows)),
        ("http", Some("tauri.localhost"), None) => cfg!(windows),
        _ => dev.is_some_and(|dev| origin == (dev.scheme(), dev.host_str(), dev.port())),
    }
}

fn raise(window: &WebviewWindow) -> tauri::Result<()> {
    window.show()?;
    window.unminimize()?;
    window.set_focus()
}

#[cfg(test)]
mod tests;
