//! What the panel asks of the desktop, rather than of the engine. Each is granted to it by name.

use chaperone_api::view::{ApiError, ErrorCode};
use serde::Serialize;
use tauri::{
    AppHandle, State, Webview,
    ipc::{Channel, InvokeError},
};

use crate::{
    host::Host,
    invoke::not_allowed,
    link::Link,
    login, platform,
    shortcut::{self, Hearing},
    update::{self, Newer, Progress},
    window,
};

/// How the app stands on this desktop.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DesktopState {
    start_at_login: bool,
    /// The keys that pause everything.
    shortcut: &'static str,
    hearing: Hearing,
    /// Whether anything here shows the tray icon.
    tray: bool,
    /// Whether this build knows where newer ones are.
    updates: bool,
}

/// How things stand.
#[tauri::command]
pub(crate) async fn desktop_state(
    webview: Webview,
    host: State<'_, Host>,
) -> Result<DesktopState, ApiError> {
    panel(webview.label())?;
    Ok(DesktopState {
        start_at_login: login::is_on(),
        shortcut: shortcut::written(),
        hearing: host.shortcut.get().copied().unwrap_or(Hearing::NotHere),
        tray: platform::shows_trays().await,
        updates: update::has_source(),
    })
}

/// Starts at login from now on, or does not any more.
#[tauri::command]
pub(crate) async fn set_start_at_login(
    webview: Webview,
    host: State<'_, Host>,
    on: bool,
) -> Result<(), ApiError> {
    panel(webview.label())?;
    login::set(on, &host.start).map_err(|error| failed(&error))
}

/// Opens the folder of the log where the person looks at folders.
#[tauri::command]
pub(crate) async fn open_logs(webview: Webview, host: State<'_, Host>) -> Result<(), ApiError> {
    panel(webview.label())?;
    let folder = chaperone_api::log_dir(host.api.data_dir());
    platform::open_folder(&folder, &host.tasks).map_err(|error| failed(&error))
}

/// Sends each link that the person opened.
#[tauri::command]
pub(crate) async fn links(
    webview: Webview,
    host: State<'_, Host>,
    channel: Channel<Link>,
) -> Result<(), ApiError> {
    panel(webview.label())?;
    host.links.listen(channel);
    Ok(())
}

/// Asks whether there is a newer version.
#[tauri::command]
pub(crate) async fn look_for_update(
    webview: Webview,
    app: AppHandle,
    host: State<'_, Host>,
) -> Result<Option<Newer>, InvokeError> {
    panel(webview.label())?;
    Ok(host.updates.look(&app).await?)
}

/// Installs the one that was found, and starts it instead of this.
#[tauri::command]
pub(crate) async fn install_update(
    webview: Webview,
    app: AppHandle,
    host: State<'_, Host>,
    channel: Channel<Progress>,
) -> Result<(), InvokeError> {
    panel(webview.label())?;
    Ok(host.updates.install(&app, &channel).await?)
}

fn panel(window: &str) -> Result<(), ApiError> {
    match window {
        window::PANEL => Ok(()),
        _ => Err(not_allowed()),
    }
}

fn failed(error: &std::io::Error) -> ApiError {
    ApiError {
        code: ErrorCode::Failed,
        message: error.to_string(),
        hint: None,
    }
}
