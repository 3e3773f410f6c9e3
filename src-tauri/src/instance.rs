//! One app for one data folder. The vault's lock decides who is first; a second start finds the
//! first one through the local door, asks it to come forward, and leaves.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use axum::{Json, Router, routing::post};
use chaperone_api::{Door, DoorClient, DoorError, Face};
use serde::Deserialize;
use serde_json::{Value, json};
use tauri::{AppHandle, Manager as _};

use crate::{host::Host, window};

/// A call of this host. The engine's calls have two words, so it can never be taken for one.
const SHOW: &str = "desktop/panel/show";
/// Another one.
const LINK: &str = "desktop/link/open";
/// Longer than a start takes.
const STARTING: Duration = Duration::from_secs(5);
const MOMENT: Duration = Duration::from_millis(50);

/// Opens the door for second starts and for the command line.
pub(crate) fn listen(app: &AppHandle) {
    let panel = app.clone();
    let show = move || async move {
        window::show_panel(&panel);
        Json(json!({}))
    };
    let panel = app.clone();
    let link = move |Json(said): Json<Said>| async move {
        window::show_link(&panel, &said.link);
        Json(json!({}))
    };
    let pages = Router::new()
        .route(&format!("/call/{SHOW}"), post(show))
        .route(&format!("/call/{LINK}"), post(link));
    let api = &app.state::<Host>().api;
    let opened = tauri::async_runtime::block_on(Door::open(api, Face::Bystander, pages));
    if let Err(error) = opened {
        // The app is whole without; only a second start will not find it.
        tracing::warn!(%error, "the local door could not be opened");
    }
}

/// What a second start hands over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    link: String,
}

/// Asks the running app to show its panel.
pub(crate) fn bring_forward(data_dir: &Path) -> Result<()> {
    ask(data_dir, SHOW, &json!({}))
}

/// Hands a link over to the running app.
pub(crate) fn hand_over(data_dir: &Path, link: &str) -> Result<()> {
    ask(data_dir, LINK, &json!({ "link": link }))
}

/// Asks the running app for something. One that holds the folder and has no door yet is
/// starting this very moment: somebody clicked twice.
fn ask(data_dir: &Path, call: &str, params: &Value) -> Result<()> {
    let began = Instant::now();
    loop {
        match DoorClient::find(data_dir).and_then(|door| door.call(call, params)) {
            Err(DoorError::NotRunning) if began.elapsed() < STARTING => thread::sleep(MOMENT),
            shown => {
                return shown
                    .map(drop)
                    .context("Chaperone runs already, and its window does not come forward");
            }
        }
    }
}
