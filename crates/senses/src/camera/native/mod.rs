//! The cameras of the computer this process runs on, through nokhwa.
//!
//! A camera blocks whoever speaks to it. So each photo is taken on a thread of its own, which holds
//! the camera and lets go of it in time: when the photo is there, when its time is over, and when
//! nobody waits for it any more.

mod capture;
mod lease;
mod trouble;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
use linux as platform;

#[cfg(not(target_os = "linux"))]
mod portable;
#[cfg(not(target_os = "linux"))]
use portable as platform;

use std::{
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

use self::{
    capture::{Term, capture},
    lease::Leases,
};
use super::{Cameras, ListingCameras, Photo, Shot, Snapping, choice};
use crate::SenseError;

/// How long a photo may take, unless said otherwise.
const LIMIT: Duration = Duration::from_secs(10);

/// How long the system gets to say which cameras there are.
const LISTING_LIMIT: Duration = Duration::from_secs(5);

/// How much longer we wait for a thread whose time is over to say what was wrong. One that a driver
/// holds up says nothing.
const GRACE: Duration = Duration::from_millis(500);

/// So many threads may be without an answer; then the cameras are taken to hang, and the next
/// question is refused at once.
const UNANSWERED: usize = 8;

/// The cameras of this computer. Clones know of each other's photos: each camera takes one at a time.
#[derive(Debug, Clone)]
pub struct NativeCameras {
    limit: Duration,
    leases: Leases,
    unanswered: Arc<Semaphore>,
}

impl NativeCameras {
    /// The cameras of this computer.
    pub fn new() -> Self {
        Self {
            limit: LIMIT,
            leases: Leases::default(),
            unanswered: Arc::new(Semaphore::new(UNANSWERED)),
        }
    }

    /// A photo may take no longer than `limit`.
    #[must_use]
    pub fn within(self, limit: Duration) -> Self {
        Self { limit, ..self }
    }

    async fn take(&self, shot: Shot) -> Result<Photo, SenseError> {
        let until = Instant::now() + self.limit;
        let leases = self.leases.clone();
        self.ask(self.limit + GRACE, move |answer| {
            let camera = choice::camera(&shot.camera, &platform::list()?)?;
            // Given back when the camera is closed, however this ends.
            let lease = leases.take(&camera)?;
            let photo = capture(camera, &shot, &Term::new(until, || answer.is_closed()));
            drop(lease);
            photo
        })
        .await
    }

    /// Has a thread of its own find the answer, and waits for it no longer than `limit`.
    async fn ask<T: Send + 'static>(
        &self,
        limit: Duration,
        find: impl FnOnce(&oneshot::Sender<Result<T, SenseError>>) -> Result<T, SenseError>
        + Send
        + 'static,
    ) -> Result<T, SenseError> {
        let permit = Arc::clone(&self.unanswered)
            .try_acquire_owned()
            .map_err(|_| hangs())?;
        let (answer, answered) = oneshot::channel();
        thread::Builder::new()
            .name("camera".to_owned())
            .spawn(move || {
                let found = find(&answer);
                // Whoever asked may have stopped waiting.
                drop(answer.send(found));
                drop(permit);
            })
            .map_err(|error| {
                SenseError::Failed(format!("could not start speaking to the cameras: {error}"))
            })?;
        match timeout(limit, answered).await {
            Ok(Ok(answer)) => answer,
            Ok(Err(_)) => Err(SenseError::Failed(
                "speaking to the camera broke off: unplug it and plug it in again, then try again"
                    .to_owned(),
            )),
            Err(_) => Err(hangs()),
        }
    }
}

impl Default for NativeCameras {
    fn default() -> Self {
        Self::new()
    }
}

impl Cameras for NativeCameras {
    fn list(&self) -> ListingCameras<'_> {
        Box::pin(self.ask(LISTING_LIMIT, |_| platform::list()))
    }

    fn snap<'a>(&'a self, shot: &'a Shot) -> Snapping<'a> {
        Box::pin(self.take(shot.clone()))
    }
}

fn hangs() -> SenseError {
    SenseError::TimedOut(
        "the camera does not answer: unplug it and plug it in again, or restart the computer"
            .to_owned(),
    )
}
