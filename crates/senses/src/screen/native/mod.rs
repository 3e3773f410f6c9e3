//! The displays of the desktop this process runs on.
//!
//! Asking a desktop blocks, for ever if it hangs. So each question is asked on a thread of its own,
//! which nobody waits for longer than [`LIMIT`]; and how many threads may wait at once is bounded.

#[cfg(all(unix, not(target_os = "macos")))]
mod session;
#[cfg(all(unix, not(target_os = "macos")))]
mod wayland;
#[cfg(all(unix, not(target_os = "macos")))]
mod x11;
#[cfg(all(unix, not(target_os = "macos")))]
use session as platform;

#[cfg(any(windows, target_os = "macos"))]
mod portable;
#[cfg(any(windows, target_os = "macos"))]
use portable as platform;

use std::{sync::Arc, thread, time::Duration};

use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

use super::{
    Displays, ListingDisplays, Picture, PictureWish, Picturing, Recording, RecordingWish,
    StartingRecording,
};
use crate::{
    SenseError,
    screen::recording::{self, Ear},
};

/// How long the desktop gets to answer. It gives up waiting by itself a little earlier.
const LIMIT: Duration = Duration::from_secs(10);

/// How long it gets where it asks the person first.
const PERSON_LIMIT: Duration = Duration::from_secs(75);

/// So many questions may be without an answer; then the desktop is taken to hang, and the next one
/// is refused at once.
const UNANSWERED: usize = 8;

/// Sees the displays of one desktop.
#[derive(Debug, Clone)]
pub struct NativeDisplays {
    desktop: platform::Desktop,
    ear: Ear,
    unanswered: Arc<Semaphore>,
}

impl Default for NativeDisplays {
    fn default() -> Self {
        Self::new()
    }
}

impl NativeDisplays {
    /// The desktop that this process belongs to.
    pub fn new() -> Self {
        Self::of(platform::Desktop::session())
    }

    /// The desktop of the X server with that name, such as `:1`.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub fn of_x_server(name: impl Into<String>) -> Self {
        Self::of(platform::Desktop::x_server(name.into()))
    }

    /// The desktop of the Wayland compositor with that socket, whose portal is on that bus.
    #[cfg(all(unix, not(target_os = "macos")))]
    pub fn of_wayland(socket: impl Into<std::path::PathBuf>, bus: impl Into<String>) -> Self {
        Self::of(platform::Desktop::wayland(socket.into(), bus.into()))
    }

    fn of(desktop: platform::Desktop) -> Self {
        Self {
            desktop,
            ear: Ear::default(),
            unanswered: Arc::new(Semaphore::new(UNANSWERED)),
        }
    }

    /// The same, with the microphones of the `PipeWire` server that has that socket.
    #[cfg(target_os = "linux")]
    #[must_use]
    pub fn hearing(mut self, socket: impl Into<std::path::PathBuf>) -> Self {
        self.ear.socket = Some(socket.into());
        self
    }

    async fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        question: impl FnOnce(&platform::Desktop) -> Result<T, SenseError> + Send + 'static,
    ) -> Result<T, SenseError> {
        let permit = Arc::clone(&self.unanswered)
            .try_acquire_owned()
            .map_err(|_| hangs())?;
        let desktop = self.desktop.clone();
        let (answer, answered) = oneshot::channel();
        thread::Builder::new()
            .name("display".to_owned())
            .spawn(move || {
                // Whoever asked may have stopped waiting.
                drop(answer.send(question(&desktop)));
                drop(permit);
            })
            .map_err(|error| {
                SenseError::Failed(format!("could not start looking at the display: {error}"))
            })?;
        answer_of(answered, limit).await
    }

    /// How long it may take until something is seen.
    fn limit(&self) -> Duration {
        if self.desktop.asks_the_person() {
            PERSON_LIMIT
        } else {
            LIMIT
        }
    }

    async fn shoot(&self, wish: RecordingWish) -> Result<Recording, SenseError> {
        let permit = Arc::clone(&self.unanswered)
            .try_acquire_owned()
            .map_err(|_| hangs())?;
        let open = self.desktop.opener(wish.display.clone());
        let answered = recording::begin(
            Box::new(move |stop| {
                let source = open(stop);
                drop(permit);
                source
            }),
            self.ear.clone(),
            wish,
        )?;
        answer_of(answered, self.limit()).await
    }
}

async fn answer_of<T>(
    answered: oneshot::Receiver<Result<T, SenseError>>,
    limit: Duration,
) -> Result<T, SenseError> {
    match timeout(limit, answered).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => Err(SenseError::Failed(
            "looking at the display broke off".to_owned(),
        )),
        Err(_) => Err(hangs()),
    }
}

impl Displays for NativeDisplays {
    fn list(&self) -> ListingDisplays<'_> {
        Box::pin(self.ask(LIMIT, platform::Desktop::displays))
    }

    fn hears(&self) -> Result<(), SenseError> {
        recording::hears(&self.ear)
    }

    fn picture<'a>(&'a self, wish: &'a PictureWish) -> Picturing<'a> {
        let wish = wish.clone();
        Box::pin(self.ask::<Picture>(self.limit(), move |desktop| desktop.picture(&wish)))
    }

    fn record<'a>(&'a self, wish: &'a RecordingWish) -> StartingRecording<'a> {
        Box::pin(self.shoot(wish.clone()))
    }
}

fn hangs() -> SenseError {
    SenseError::Unavailable(
        "the desktop does not answer when asked for its displays: log in again".to_owned(),
    )
}
