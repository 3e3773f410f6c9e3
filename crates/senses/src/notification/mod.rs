//! Messages on the person's desktop.

pub(crate) mod fake;
mod native;
mod standing;
mod text;

use std::pin::Pin;

use chaperone_protocol::{Notified, Notify};

use crate::SenseError;

pub use native::NativeNotifier;
pub use standing::{NoticeOver, Standing, StandingNotice};

/// A notification on its way to the screen.
pub type Showing<'a> = Pin<Box<dyn Future<Output = Result<Notified, SenseError>> + Send + 'a>>;

/// Whatever can show a notification.
pub trait Notifier: Send + Sync {
    /// Shows it, and says whether it is on the screen. Ends within some seconds, whatever the
    /// desktop does.
    fn show<'a>(&'a self, notify: &'a Notify) -> Showing<'a>;
}
