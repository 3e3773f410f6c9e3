//! The end of the app. Closing windows is not the end; quitting is, and then the engine ends in
//! order before the process does.

use tauri::{AppHandle, ExitRequestApi, Manager as _};

use crate::{host::Host, platform, tray, window};

/// How far the end has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Phase {
    Running,
    /// The engine is ending; the event loop must live until it has.
    Ending,
    Ended,
}

/// What to do about somebody's wish to end the event loop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Stay,
    EndInOrder,
    Leave,
}

/// Somebody wants the event loop to end. `code` is absent when merely the last window closed.
pub(crate) fn exit_requested(app: &AppHandle, code: Option<i32>, event: &ExitRequestApi) {
    let host = app.state::<Host>();
    match host.step(|phase| answer(phase, code)) {
        Answer::Leave => {}
        Answer::Stay => event.prevent_exit(),
        Answer::EndInOrder => {
            event.prevent_exit();
            end_in_order(app, code.unwrap_or_default());
        }
    }
}

fn answer(phase: Phase, code: Option<i32>) -> (Phase, Answer) {
    match (phase, code) {
        (Phase::Running, None) => (Phase::Running, Answer::Stay),
        (Phase::Running, Some(_)) => (Phase::Ending, Answer::EndInOrder),
        (Phase::Ending, _) => (Phase::Ending, Answer::Stay),
        (Phase::Ended, _) => (Phase::Ended, Answer::Leave),
    }
}

fn end_in_order(app: &AppHandle, code: i32) {
    let host = app.state::<Host>();
    host.ending.cancel();
    tray::remove(app);
    window::close_all(app);
    let app = app.clone();
    host.tasks.spawn(async move {
        let host = app.state::<Host>();
        // Has a deadline of its own.
        host.api.shutdown().await;
        host.step(|_| (Phase::Ended, ()));
        app.exit(code);
    });
}

/// Quits when the system asks the process to.
pub(crate) fn follow_signals(app: &AppHandle) {
    let host = app.state::<Host>();
    let ending = host.ending.clone();
    let app = app.clone();
    host.tasks.spawn(async move {
        tokio::select! {
            () = ending.cancelled() => {}
            asked = platform::asked_to_end() => match asked {
                Ok(()) => app.exit(0),
                Err(error) => tracing::warn!(%error, "the system's wish to end cannot be heard"),
            },
        }
    });
}

#[cfg(test)]
mod tests;
