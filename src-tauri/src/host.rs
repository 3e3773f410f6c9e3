//! What the windows, the tray and the prompt share while the app runs.

use std::{
    collections::HashMap,
    sync::{Mutex, OnceLock, PoisonError},
};

use chaperone_api::Api;
use tokio::sync::mpsc;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    indicator::Pill, link::Links, login, prompt::Notice, shortcut::Hearing, shutdown::Phase,
    update::Updates,
};

/// Notices from the request window that wait for the prompt's loop. It never waits for anything
/// slow, so more than a few mean that the same was said again; those are dropped.
const NOTICES: usize = 16;

/// The one state that Tauri manages.
pub(crate) struct Host {
    pub(crate) api: Api,
    pub(crate) tasks: TaskTracker,
    /// Ends every task.
    pub(crate) ending: CancellationToken,
    /// What is captured, as the indicator shows it.
    pub(crate) pill: Pill,
    /// Links on their way to the panel.
    pub(crate) links: Links,
    /// What would be started at login.
    pub(crate) start: login::Start,
    /// Whether the keys that pause everything are heard.
    pub(crate) shortcut: OnceLock<Hearing>,
    pub(crate) updates: Updates,
    notices: mpsc::Sender<Notice>,
    streams: Mutex<HashMap<String, CancellationToken>>,
    phase: Mutex<Phase>,
}

impl Host {
    pub(crate) fn new(api: Api, pill: Pill, start: login::Start) -> (Self, mpsc::Receiver<Notice>) {
        let (notices, prompts) = mpsc::channel(NOTICES);
        let host = Self {
            api,
            tasks: TaskTracker::new(),
            ending: CancellationToken::new(),
            pill,
            links: Links::default(),
            start,
            shortcut: OnceLock::new(),
            updates: Updates::default(),
            notices,
            streams: Mutex::default(),
            phase: Mutex::new(Phase::Running),
        };
        (host, prompts)
    }

    /// Tells the prompt's loop what happened to its window.
    pub(crate) fn notice(&self, notice: Notice) {
        if let Err(error) = self.notices.try_send(notice) {
            tracing::debug!(%error, "a notice from the request window was dropped");
        }
    }

    /// Starts the one stream that a window may have; the last one ends, as after a reload.
    pub(crate) fn begin_stream(&self, window: &str) -> CancellationToken {
        let fresh = self.ending.child_token();
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = streams.insert(window.to_owned(), fresh.clone()) {
            last.cancel();
        }
        fresh
    }

    /// Ends the stream of a window that is gone.
    pub(crate) fn end_stream(&self, window: &str) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = streams.remove(window) {
            last.cancel();
        }
    }

    /// Moves to another phase of the end, where `step` says so, and answers what it says besides.
    pub(crate) fn step<T>(&self, step: impl FnOnce(Phase) -> (Phase, T)) -> T {
        let mut phase = self.phase.lock().unwrap_or_else(PoisonError::into_inner);
        let (next, answer) = step(*phase);
        *phase = next;
        answer
    }
}
