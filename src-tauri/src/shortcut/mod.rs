//! The keys that pause everything, whatever window is in front. They only ever pause: a program can
//! press keys, and lifting a pause is for a person who looks at the window.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
mod keys;
#[cfg(target_os = "linux")]
mod x11;

use chaperone_api::Face;
use serde::Serialize;
use serde_json::json;
use tauri::{AppHandle, Manager as _};
use tokio::sync::mpsc;

use crate::host::Host;
use keys::Keys;

/// Whether the keys are heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Hearing {
    Works,
    /// Another program has them.
    Taken,
    /// This desktop lets no program listen to keys.
    NotHere,
}

/// The keys, as people write them.
pub(crate) fn written() -> &'static str {
    "Ctrl+Alt+Shift+P"
}

/// Listens from now on.
pub(crate) fn listen(app: &AppHandle) -> Hearing {
    let Some(keys) = Keys::read(written()) else {
        return Hearing::NotHere;
    };
    // A second press while the first is being carried out asks for the same: it is dropped.
    let (told, presses) = mpsc::channel(1);
    #[cfg(target_os = "linux")]
    let hearing = if crate::platform::keeps_windows_on_top() {
        x11::listen(keys, told)
    } else {
        Hearing::NotHere
    };
    #[cfg(not(target_os = "linux"))]
    let hearing = elsewhere::listen(keys, told);
    tracing::debug!(?hearing, "the keys that pause everything");
    if hearing == Hearing::Works {
        follow(app, presses);
    }
    hearing
}

fn follow(app: &AppHandle, mut presses: mpsc::Receiver<()>) {
    let host = app.state::<Host>();
    let (api, ending) = (host.api.clone(), host.ending.clone());
    host.tasks.spawn(async move {
        while let Some(Some(())) = ending.run_until_cancelled(presses.recv()).await {
            let paused = api.call(Face::Panel, "pause/set", json!({ "paused": true }));
            match paused.await {
                Ok(_) => tracing::info!("paused by keys"),
                Err(error) => tracing::error!(message = error.message, "the keys did not pause"),
            }
        }
    });
}
