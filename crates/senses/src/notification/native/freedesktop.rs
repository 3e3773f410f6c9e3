//! Desktops that speak the freedesktop protocol over D-Bus.

use chaperone_protocol::Notified;
use notify_rust::{Hint, Notification, NotificationHandle, get_capabilities};

use crate::{SenseError, notification::text};

/// The body as the service wants it. Asking what it wants shows whether there is one.
pub(super) fn body(body: &str) -> Result<String, SenseError> {
    let capabilities = get_capabilities().map_err(|error| {
        SenseError::Missing(format!(
            "no notification service answers on this desktop ({error}): start one, such as dunst, \
             or run Chaperone inside a desktop session"
        ))
    })?;
    let shown = text::body(body);
    let reads_markup = capabilities
        .iter()
        .any(|capability| capability == "body-markup");
    Ok(if reads_markup {
        text::without_markup(&shown)
    } else {
        shown
    })
}

pub(super) fn silence(notification: &mut Notification) {
    notification.hint(Hint::SuppressSound(true));
}

pub(super) fn notified(handle: &NotificationHandle) -> Notified {
    Notified {
        shown_as: Some(handle.id()),
    }
}
