//! The small window that stands while something is captured, and the promise behind it: nothing is
//! captured before its page says that a person can see it, nor after it stopped saying so.
//!
//! Where no window of ours can be kept in sight, a notice of the desktop stands instead or beside.

mod lights;
mod show;

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tauri::{AppHandle, Manager as _, ipc::Channel};
use tokio::{
    sync::{Notify, oneshot},
    time::{Instant, sleep_until},
};
use tokio_util::sync::CancellationToken;

use crate::{host::Host, window};
pub(crate) use lights::{CaptureView, Line};
use lights::{Lights, Step};
pub(crate) use show::PillOrNotice;

/// What is shown, shared by whoever captures, the page and the loop. Cheap to clone; all clones are
/// the same.
#[derive(Clone, Default)]
pub(crate) struct Pill(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lights: Mutex<Lights>,
    page: Mutex<Option<Channel<Vec<Line>>>>,
    changed: Notify,
}

impl Pill {
    /// The page listens from now on.
    pub(crate) fn listen(&self, page: Channel<Vec<Line>>) {
        *self.page() = Some(page);
        self.change(Lights::listened);
    }

    /// The page says that a person can see these.
    pub(crate) fn seen(&self, keys: &[u64]) {
        self.change(|lights| lights.seen(keys, Instant::now()));
    }

    /// The window is gone.
    pub(crate) fn gone(&self) {
        *self.page() = None;
        self.change(Lights::gone);
    }

    /// The window could not be made.
    pub(crate) fn failed(&self) {
        *self.page() = None;
        self.change(Lights::failed);
    }

    fn light(&self, capture: CaptureView) -> (u64, oneshot::Receiver<CancellationToken>) {
        self.change(|lights| lights.light(capture))
    }

    fn out(&self, key: u64) {
        self.change(|lights| lights.out(key, Instant::now()));
    }

    fn change<T>(&self, change: impl FnOnce(&mut Lights) -> T) -> T {
        let answer = change(&mut self.lights());
        self.0.changed.notify_one();
        answer
    }

    fn lights(&self) -> MutexGuard<'_, Lights> {
        // Each change is whole before anything could panic.
        self.0.lights.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn page(&self) -> MutexGuard<'_, Option<Channel<Vec<Line>>>> {
        self.0.page.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn draw(&self, app: &AppHandle, lines: Vec<Line>) {
        if let Err(error) = window::fit_indicator(app, lines.len()) {
            tracing::warn!(%error, "the indicator does not fit what it shows");
        }
        // A page that does not listen yet gets them when it does.
        if let Some(page) = &*self.page()
            && let Err(error) = page.send(lines)
        {
            tracing::debug!(%error, "the indicator stopped listening");
        }
    }
}

/// Opens and closes the window as captures begin and end.
pub(crate) fn watch(app: &AppHandle, pill: &Pill) {
    let host = app.state::<Host>();
    let ending = host.ending.clone();
    let (app, pill) = (app.clone(), pill.clone());
    host.tasks.spawn(async move {
        loop {
            let (step, wake_at) = {
                let mut lights = pill.lights();
                (lights.next(Instant::now()), lights.wake_at())
            };
            if let Some(step) = step {
                take(&app, &pill, step);
                continue;
            }
            tokio::select! {
                () = ending.cancelled() => return,
                () = pill.0.changed.notified() => {}
                () = until(wake_at) => {}
            }
        }
    });
}

fn take(app: &AppHandle, pill: &Pill, step: Step) {
    tracing::debug!(?step, "the indicator");
    let taken = match step {
        Step::Open => window::open_indicator(app, pill),
        Step::Raise => window::raise_indicator(app),
        Step::Draw(lines) => {
            pill.draw(app, lines);
            Ok(())
        }
        Step::Close => match window::drop_indicator(app) {
            // Nobody would say that it is gone.
            Ok(false) => {
                pill.gone();
                Ok(())
            }
            dropped => dropped.map(drop),
        },
    };
    if let Err(error) = taken {
        tracing::error!(%error, "the indicator's window does not obey");
        pill.failed();
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
