//! The request window's life: there when somebody waits, gone when nobody does, ready for a while
//! in between. What it shows and what the person answers is the page's business.

mod policy;

use std::time::Duration;

use chaperone_api::{Face, Pulse};
use serde_json::json;
use tauri::{AppHandle, Manager as _};
use tokio::{
    sync::mpsc,
    time::{Instant, sleep_until},
};

use crate::{
    host::Host,
    window::{self, Company},
};
use policy::{Policy, Step};

/// What the rest of the host tells the loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// The page painted a request.
    Painted,
    /// The person closed the window: that is a no to everything in it.
    Closed,
    /// The window is gone.
    Gone,
    /// The panel's page has come, or has gone.
    Panel { open: bool },
}

/// How long the window's page is kept after a request unless somebody says otherwise.
const READY: Duration = Duration::from_mins(5);

/// Follows what waits, and opens and closes the window accordingly. Where `ready` is given, the
/// window's page is loaded from the start on and kept for as long without a request.
pub(crate) fn watch(app: &AppHandle, ready: Option<Duration>, mut notices: mpsc::Receiver<Notice>) {
    let host = app.state::<Host>();
    let ending = host.ending.clone();
    let mut pulse = host.api.pulse();
    let app = app.clone();
    host.tasks.spawn(async move {
        let mut policy = Policy::start(ready.unwrap_or(READY), Instant::now());
        if ready.is_some_and(|ready| !ready.is_zero()) {
            policy.load(Instant::now());
        }
        loop {
            let Pulse {
                pending, running, ..
            } = *pulse.borrow_and_update();
            take(&app, policy.waiting(pending, running, Instant::now()));
            tokio::select! {
                () = ending.cancelled() => return,
                changed = pulse.changed() => if changed.is_err() { return },
                Some(notice) = notices.recv() => match notice {
                    Notice::Painted => policy.painted(),
                    Notice::Closed => deny_everything(&app).await,
                    Notice::Gone => take(&app, policy.gone(Instant::now())),
                    Notice::Panel { open } => policy.panel(open, Instant::now()),
                },
                () = until(policy.wake_at()) => take(&app, policy.woken(Instant::now())),
            }
        }
    });
}

fn take(app: &AppHandle, step: Option<Step>) {
    let Some(step) = step else { return };
    tracing::debug!(?step, "the request window");
    let taken = match step {
        Step::Load => window::load_request(app),
        Step::Show => window::show_request(app, Company::Shared),
        Step::ShowAlone => window::show_request(app, Company::Alone),
        Step::Hide => window::hide_request(app),
        Step::Drop => window::drop_request(app),
    };
    if let Err(error) = taken {
        tracing::error!(%error, ?step, "the request window does not obey");
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

async fn deny_everything(app: &AppHandle) {
    let api = &app.state::<Host>().api;
    if let Err(error) = api
        .call(Face::Request, "requests/denyAll", json!({ "agent": null }))
        .await
    {
        tracing::error!(
            message = error.message,
            "denying what a closed window showed"
        );
    }
}
