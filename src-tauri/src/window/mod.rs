//! The windows: how each is made, shown and left. What they show is the pages' business.

mod memory;
mod place;

#[cfg(target_os = "linux")]
use std::sync::{Arc, Mutex, PoisonError};
use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use tauri::{
    AppHandle, LogicalSize, Manager as _, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder,
    WindowEvent,
    webview::{NewWindowResponse, PageLoadEvent},
};
use tokio::time::sleep;

use crate::{host::Host, indicator::Pill, platform, prompt::Notice};

/// The panel's label; its capability and its face hang on it.
pub(crate) const PANEL: &str = "panel";
/// The request window's label; its capability and its face hang on it.
pub(crate) const REQUEST: &str = "request";
/// The indicator's label; its capability and its calls hang on it.
pub(crate) const INDICATOR: &str = "indicator";

type Builder<'a> = WebviewWindowBuilder<'a, tauri::Wry, AppHandle>;

const PANEL_SIZE: (f64, f64) = (1040.0, 720.0);
const PANEL_LEAST: (f64, f64) = (640.0, 480.0);
const REQUEST_SIZE: (f64, f64) = (480.0, 420.0);
/// Its page makes it as high as its text, within these.
const REQUEST_LEAST: (f64, f64) = (420.0, 240.0);
const REQUEST_MOST: (f64, f64) = (720.0, 760.0);
/// With one line; each further one takes as much again as a line is high.
const INDICATOR_SIZE: (f64, f64) = (440.0, 56.0);
const INDICATOR_LINE: f64 = 48.0;
/// It names this many at once and scrolls to the others.
const INDICATOR_LINES: u8 = 6;

/// Shows the panel in front of everything, opening it if it is gone.
pub(crate) fn show_panel(app: &AppHandle) {
    let shown = in_turn(app, |app| match app.get_webview_window(PANEL) {
        Some(panel) => raise(&panel),
        None => make(app, panel, Company::Shared, |made| {
            let restored = made.and_then(|panel| {
                let host = panel.state::<Host>();
                memory::restore(&panel, host.api.data_dir())
            });
            if let Err(error) = restored {
                tracing::error!(%error, "the panel cannot be made");
            }
        }),
    });
    if let Err(error) = shown {
        tracing::error!(%error, "the panel cannot be shown");
    }
}

/// Brings a link to the panel, and the panel to the front.
pub(crate) fn show_link(app: &AppHandle, link: &str) {
    app.state::<Host>().links.bring(link);
    show_panel(app);
}

/// The panel; it appears when its page is there, not as an empty frame before.
fn panel(app: &AppHandle) -> Builder<'_> {
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
            if !first {
                return;
            }
            if let Err(error) = raise(&panel) {
                tracing::error!(%error, "the panel cannot be shown");
            }
            panel.state::<Host>().notice(Notice::Panel { open: true });
        })
}

/// The request window; its page loads before it is shown.
fn request(app: &AppHandle) -> Builder<'_> {
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
}

/// Makes the request window without showing it; its page loads meanwhile.
pub(crate) fn load_request(app: &AppHandle) -> tauri::Result<()> {
    in_turn(app, |app| match app.get_webview_window(REQUEST) {
        Some(_) => Ok(()),
        None => make(app, request, Company::Shared, |made| tell(made.map(drop))),
    })
}

/// Shows the request window in the middle of the screen that the person is looking at.
pub(crate) fn show_request(app: &AppHandle, company: Company) -> tauri::Result<()> {
    let show = |window: WebviewWindow| {
        place::centre(&window, REQUEST_SIZE.into(), REQUEST_MOST.into())?;
        raise(&window)
    };
    in_turn(app, move |app| match app.get_webview_window(REQUEST) {
        Some(window) => show(window),
        None => make(app, request, company, move |made| tell(made.and_then(show))),
    })
}

/// Takes the request window off the screen and keeps its page.
pub(crate) fn hide_request(app: &AppHandle) -> tauri::Result<()> {
    in_turn(app, |app| {
        let Some(window) = app.get_webview_window(REQUEST) else {
            return Ok(());
        };
        window.hide()?;
        // The next request begins as if it were the first; this one may have needed more room.
        window.set_size(LogicalSize::new(REQUEST_SIZE.0, REQUEST_SIZE.1))
    })
}

/// Lets the request window and the memory of its page go.
pub(crate) fn drop_request(app: &AppHandle) -> tauri::Result<()> {
    in_turn(app, |app| {
        let Some(window) = app.get_webview_window(REQUEST) else {
            // It never came to be.
            app.state::<Host>().notice(Notice::Gone);
            return Ok(());
        };
        window.destroy()
    })
}

fn tell(done: tauri::Result<()>) {
    if let Err(error) = done {
        tracing::error!(%error, "a window does not obey");
    }
}

/// Makes the indicator; it appears when its page is there. Whether that worked is told to `pill`.
pub(crate) fn open_indicator(app: &AppHandle, pill: &Pill) -> tauri::Result<()> {
    let pill = pill.clone();
    make(app, indicator, Company::Shared, move |made| {
        let fitted = made.and_then(|window| platform::fix_size(&window, indicator_size(1)));
        if let Err(error) = fitted {
            tracing::error!(%error, "the indicator cannot be made");
            pill.failed();
        }
    })
}

fn indicator(app: &AppHandle) -> Builder<'_> {
    let appeared = AtomicBool::new(false);
    page(app, INDICATOR, "indicator.html")
        .title("Chaperone: captures")
        .inner_size(INDICATOR_SIZE.0, INDICATOR_SIZE.1)
        .decorations(false)
        .transparent(true)
        .shadow(false)
        // Not by hand: a press near the edge of a window that can be, and anywhere in one that does
        // not know yet where it stands, would begin that, and never come to the button below it.
        .resizable(false)
        .maximizable(false)
        .minimizable(false)
        .closable(false)
        .skip_taskbar(true)
        .always_on_top(true)
        .visible_on_all_workspaces(true)
        // Whoever is typing goes on typing.
        .focused(false)
        // Not in the picture that it tells of, where the system has a way to leave it out.
        .content_protected(true)
        .visible(false)
        .on_page_load(move |window, load| {
            let first =
                load.event() == PageLoadEvent::Finished && !appeared.swap(true, Ordering::Relaxed);
            if !first {
                return;
            }
            let shown =
                place::at_the_top(&window, INDICATOR_SIZE.into()).and_then(|()| window.show());
            if let Err(error) = shown {
                tracing::error!(%error, "the indicator cannot be shown");
            }
        })
}

/// Makes the indicator as high as what it names.
pub(crate) fn fit_indicator(app: &AppHandle, lines: usize) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(INDICATOR) else {
        return Ok(());
    };
    app.run_on_main_thread(move || {
        if let Err(error) = platform::fix_size(&window, indicator_size(lines)) {
            tracing::warn!(%error, "the indicator does not fit what it shows");
        }
    })
}

fn indicator_size(lines: usize) -> LogicalSize<f64> {
    let named = u8::try_from(lines).unwrap_or(u8::MAX).min(INDICATOR_LINES);
    let height = INDICATOR_SIZE.1 + f64::from(named.saturating_sub(1)) * INDICATOR_LINE;
    LogicalSize::new(INDICATOR_SIZE.0, height)
}

/// Brings the indicator back above whatever covers it, without the keyboard.
pub(crate) fn raise_indicator(app: &AppHandle) -> tauri::Result<()> {
    let Some(window) = app.get_webview_window(INDICATOR) else {
        return Ok(());
    };
    window.unminimize()?;
    window.show()?;
    window.set_always_on_top(true)
}

/// Lets the indicator go; false where there was none.
pub(crate) fn drop_indicator(app: &AppHandle) -> tauri::Result<bool> {
    match app.get_webview_window(INDICATOR) {
        None => Ok(false),
        Some(window) => window.destroy().map(|()| true),
    }
}

/// Takes every window away at once.
pub(crate) fn close_all(app: &AppHandle) {
    keep_panel(app);
    for window in app.webview_windows().values() {
        if let Err(error) = window.destroy() {
            tracing::debug!(%error, "a window would not go");
        }
    }
}

/// Remembers where the panel is, if it is open.
fn keep_panel(app: &AppHandle) {
    if let Some(panel) = app.get_webview_window(PANEL)
        && let Err(error) = memory::keep(&panel, app.state::<Host>().api.data_dir())
    {
        tracing::debug!(%error, "where the panel stands is not known");
    }
}

/// What the person or the window manager did to a window.
pub(crate) fn happened(app: &AppHandle, label: &str, event: &WindowEvent) {
    let host = app.state::<Host>();
    match (label, event) {
        // Closing the panel destroys it and its web view; the app goes on.
        (PANEL, WindowEvent::CloseRequested { .. }) => keep_panel(app),
        (REQUEST, WindowEvent::CloseRequested { api, .. }) => {
            api.prevent_close();
            host.notice(Notice::Closed);
        }
        // It stands as long as something is captured; Stop is the way to end that.
        (INDICATOR, WindowEvent::CloseRequested { api, .. }) => api.prevent_close(),
        (INDICATOR, WindowEvent::Destroyed) => host.pill.gone(),
        (_, WindowEvent::Destroyed) => {
            host.end_stream(label);
            if label == PANEL {
                host.links.gone();
                host.notice(Notice::Panel { open: false });
            }
            if label == REQUEST {
                host.notice(Notice::Gone);
            }
            forget_soon(app);
        }
        _ => {}
    }
}

/// How long a window is gone before what it ran and took is let go of: whoever closes one may open
/// the next at once.
const GONE: Duration = Duration::from_secs(5);

/// Gives back the memory that a window leaves behind.
fn forget_soon(app: &AppHandle) {
    let host = app.state::<Host>();
    let ending = host.ending.clone();
    host.tasks.spawn(async move {
        let waited = ending.run_until_cancelled(sleep(GONE)).await;
        if waited.is_some() {
            chaperone_api::let_memory_go();
        }
    });
}

/// Whether a page is drawn by the process of those that there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Company {
    /// Where there are any: that is sooner, and spares the memory of another process.
    Shared,
    /// By its own: that one does not answer.
    Alone,
}

/// Does something with a window after all that was asked before: windows are made by the main thread,
/// and nobody knows of one before it is made.
fn in_turn(
    app: &AppHandle,
    work: impl FnOnce(&AppHandle) -> tauri::Result<()> + Send + 'static,
) -> tauri::Result<()> {
    let inside = app.clone();
    app.run_on_main_thread(move || tell(work(&inside)))
}

/// Makes a window. None of them shows anything but the app's own pages.
#[cfg_attr(
    not(target_os = "linux"),
    expect(
        unused_variables,
        reason = "web views share processes as they like there"
    )
)]
fn make(
    app: &AppHandle,
    builder: for<'a> fn(&'a AppHandle) -> Builder<'a>,
    company: Company,
    done: impl FnOnce(tauri::Result<WebviewWindow>) + Send + 'static,
) -> tauri::Result<()> {
    let inside = app.clone();
    app.run_on_main_thread(move || {
        #[cfg(target_os = "linux")]
        let done = match company {
            Company::Alone => done,
            Company::Shared => {
                let Some(done) = beside(&inside, builder, done) else {
                    return;
                };
                done
            }
        };
        done(build(builder(&inside)));
    })
}

fn build(builder: Builder<'_>) -> tauri::Result<WebviewWindow> {
    let window = builder.build()?;
    // What is captured while the indicator's page was gone nobody has seen: it ends with that.
    if window.label() != INDICATOR {
        platform::revive(&window);
    }
    Ok(window)
}

/// Gives `done` back where there is no other window. For the main thread, which does at once what it
/// asks of a window.
#[cfg(target_os = "linux")]
fn beside<F>(
    app: &AppHandle,
    builder: for<'a> fn(&'a AppHandle) -> Builder<'a>,
    done: F,
) -> Option<F>
where
    F: FnOnce(tauri::Result<WebviewWindow>) + Send + 'static,
{
    let done = Arc::new(Mutex::new(Some(done)));
    for other in app.webview_windows().values() {
        let (inside, done) = (app.clone(), Arc::clone(&done));
        let asked = other.with_webview(move |other| {
            if let Some(done) = take(&done) {
                done(build(builder(&inside).with_related_view(other.inner())));
            }
        });
        if let Err(error) = asked {
            tracing::debug!(%error, "a window is about to go");
        }
    }
    take(&done)
}

#[cfg(target_os = "linux")]
fn take<T>(place: &Mutex<Option<T>>) -> Option<T> {
    place.lock().unwrap_or_else(PoisonError::into_inner).take()
}

fn page<'a>(app: &'a AppHandle, label: &str, path: &str) -> Builder<'a> {
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
