//! Desktops that take text as it is, give no numbers, and keep sounds to themselves.

use chaperone_protocol::Notified;
use notify_rust::{Notification, NotificationHandle};

use crate::{SenseError, notification::text};

#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere the desktop is asked, and may not answer"
)]
pub(super) fn body(body: &str) -> Result<String, SenseError> {
    Ok(text::body(body))
}

/// Without a sound of its own a notification is silent, or the system's settings say otherwise.
pub(super) fn silence(_notification: &mut Notification) {}

pub(super) fn notified(_handle: &NotificationHandle) -> Notified {
    Notified { shown_as: None }
}
