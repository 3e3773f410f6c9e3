//! The desktop's own notifications.
//!
//! Asking the desktop blocks, for ever if it hangs. So each question is asked on a thread of its
//! own, which nobody waits for longer than [`LIMIT`], not even the runtime at its end; and how many
//! threads may wait at once is bounded.

#[cfg(all(unix, not(target_os = "macos")))]
mod freedesktop;
#[cfg(all(unix, not(target_os = "macos")))]
use freedesktop as platform;

#[cfg(any(windows, target_os = "macos"))]
mod plain;
#[cfg(any(windows, target_os = "macos"))]
use plain as platform;

use std::{sync::Arc, thread, time::Duration};

use chaperone_protocol::{Notified, Notify};
use notify_rust::Notification;
use tokio::{
    sync::{Semaphore, oneshot},
    time::timeout,
};

use super::{Notifier, Showing, text};
use crate::SenseError;

/// How long the desktop gets to answer.
const LIMIT: Duration = Duration::from_secs(5);

/// So many questions may be without an answer; then the desktop is taken to hang, and the next one
/// is refused at once.
const UNANSWERED: usize = 8;

/// Shows notifications on the desktop this process runs on.
#[derive(Debug, Clone)]
pub struct NativeNotifier {
    application: String,
    unanswered: Arc<Semaphore>,
}

impl NativeNotifier {
    /// Notifications come from `application`, as the desktop will say.
    pub fn new(application: impl Into<String>) -> Self {
        Self {
            application: application.into(),
            unanswered: Arc::new(Semaphore::new(UNANSWERED)),
        }
    }

    async fn ask(&self, notify: Notify) -> Result<Notified, SenseError> {
        let permit = Arc::clone(&self.unanswered)
            .try_acquire_owned()
            .map_err(|_| hangs())?;
        let application = self.application.clone();
        let (answer, answered) = oneshot::channel();
        thread::Builder::new()
            .name("notification".to_owned())
            .spawn(move || {
                // Whoever asked may have stopped waiting.
                drop(answer.send(show(&application, &notify)));
                drop(permit);
            })
            .map_err(|error| {
                SenseError::Failed(format!("could not start showing the notification: {error}"))
            })?;
        match timeout(LIMIT, answered).await {
            Ok(Ok(shown)) => shown,
            Ok(Err(_)) => Err(SenseError::Failed(
                "showing the notification broke off".to_owned(),
            )),
            Err(_) => Err(hangs()),
        }
    }
}

impl Notifier for NativeNotifier {
    fn show<'a>(&'a self, notify: &'a Notify) -> Showing<'a> {
        Box::pin(self.ask(notify.clone()))
    }
}

fn hangs() -> SenseError {
    SenseError::Unavailable(
        "the desktop's notification service does not answer: restart it, or log in again"
            .to_owned(),
    )
}

/// Asks the desktop, and blocks until it answers.
fn show(application: &str, notify: &Notify) -> Result<Notified, SenseError> {
    let body = platform::body(&notify.body)?;
    let mut notification = Notification::new();
    notification
        .appname(application)
        .summary(&text::title(&notify.title))
        .body(&body);
    if let Some(icon) = notify.icon.as_deref().and_then(text::themed) {
        notification.icon(icon);
    }
    if notify.sound.as_deref() == Some("none") {
        platform::silence(&mut notification);
    }
    let handle = notification.show().map_err(|error| {
        SenseError::Failed(format!(
            "the desktop did not show the notification: {error}"
        ))
    })?;
    Ok(platform::notified(&handle))
}
